using System.Text;
using static System.FormattableString;

namespace NetCompiler.Runtime;

/// <summary>
/// A network's layers as lines of text, for the metadata of a file: <c>conv1 Conv 25x26x26 250</c> is a layer's name, kind, output
/// shape and number of parameters. Inputs come first, outputs last, with their types as kinds: <c>image Input:UInt8 1x28x28 0</c>.
/// Together with the tensors, that is all that <see cref="NetworkDescription.StructuralHash"/> is made from.
/// </summary>
internal static class LayerTable
{
    // Thousands of layers. What is longer was not written by this.
    private const int LongestTable = 100_000;

    public static string Write(NetworkDescription network)
    {
        var text = new StringBuilder();
        foreach (var input in network.Inputs)
            Append(text, input.Name, $"Input:{input.Type}", input.Shape, 0);
        foreach (var layer in network.Layers)
            Append(text, layer.Name, layer.Kind, layer.OutputShape, layer.Parameters);
        foreach (var output in network.Outputs)
            Append(text, output.Name, $"Output:{output.Type}", output.Shape, 0);
        return text.ToString();
    }

    /// <summary>Says line by line how a file's table differs from the network's.</summary>
    /// <param name="network">The network.</param>
    /// <param name="found">The file's table.</param>
    /// <returns>One text for each line of either that the other has otherwise, or has not; none where there is no table.</returns>
    public static List<string> Compare(NetworkDescription network, string found)
    {
        if (found.Length is 0 or > LongestTable)
            return [];
        var foundRows = Rows(found);
        var differences = new List<string>();
        foreach (var (key, row) in Rows(Write(network)))
        {
            if (!foundRows.Remove(key, out var other))
                differences.Add($"{key}: expected {row}, found none");
            else if (other != row)
                differences.Add($"{key}: expected {row}, found {Excerpt.Of(other)}");
        }

        foreach (var (key, row) in foundRows)
            differences.Add($"{Excerpt.Of(key)}: expected none, found {Excerpt.Of(row)}");
        return differences;
    }

    // A layer and an output may have the same name.
    private static Dictionary<string, string> Rows(string table)
    {
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in table.AsSpan().EnumerateLines())
        {
            var space = line.IndexOf(' ');
            if (space < 0)
                continue;
            var row = line[(space + 1)..];
            var role = row.StartsWith("Input:") ? "input" : row.StartsWith("Output:") ? "output" : "layer";
            rows[$"{role} {line[..space]}"] = row.ToString();
        }

        return rows;
    }

    private static void Append(StringBuilder text, string name, string kind, IReadOnlyList<int> shape, long parameters)
    {
        text.Append(name).Append(' ').Append(kind).Append(' ');
        for (var axis = 0; axis < shape.Count; axis++)
            text.Append(axis == 0 ? "" : "x").Append(Invariant($"{shape[axis]}"));
        text.Append(shape.Count == 0 ? "1 " : " ").Append(Invariant($"{parameters}")).Append('\n');
    }
}
