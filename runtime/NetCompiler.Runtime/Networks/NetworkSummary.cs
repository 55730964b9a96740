using System.Globalization;
using System.Text;
using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>Writes a network's layers as a table, as Keras does: narrow enough for a terminal of 80 columns, as a rule.</summary>
internal static class NetworkSummary
{
    private static readonly string[] s_head =
        ["Layer", "Output shape", "Params", "Connections", "Multiply-\nadds", "Receptive\nfield", "Output\nbytes"];

    public static string Write(NetworkDescription network, IReadOnlyList<PassMemory> memory)
    {
        var rows = new List<string[]>();
        var (parameters, connections, multiplyAdds, activationBytes) = (0L, 0L, 0L, 0L);
        foreach (var layer in network.Layers)
        {
            rows.Add(
            [
                Name(layer),
                Shape(layer.OutputShape),
                Number(layer.Parameters),
                Number(layer.Connections),
                Number(layer.MultiplyAdds),
                Number(layer.ReceptiveField),
                Number(layer.ActivationBytes),
            ]);
            parameters += layer.Parameters;
            connections += layer.Connections;
            multiplyAdds += layer.MultiplyAdds;
            activationBytes += layer.ActivationBytes;
        }

        string[] total = ["Total", "", Number(parameters), Number(connections), Number(multiplyAdds), "", Number(activationBytes)];
        var text = new StringBuilder();
        text.Append(network.Name).Append('\n');
        text.Append(TextTable.Write(s_head, rows, total, leftAligned: 2));
        Footer(text, network);
        foreach (var pass in memory)
            Fact(text, "Memory", Memory(pass));
        return text.ToString();
    }

    private static void Footer(StringBuilder text, NetworkDescription network)
    {
        foreach (var input in network.Inputs)
            Fact(text, "Input", $"{input.Name} {Shape(input.Shape)} {input.Type}");
        foreach (var output in network.Outputs)
            Fact(text, "Output", $"{output.Name} {Shape(output.Shape)} {output.Type}");
        if (network.Loss is { } loss)
            Fact(text, "Loss", loss.ToString());
        var trainable = 0L;
        foreach (var parameter in network.Parameters)
            trainable += parameter.Trainable ? parameter.Length : 0;
        var all = network.ParameterCount;
        var rest = all - trainable;
        // Weights of a convolution that its table of connections leaves out.
        var unused = all;
        foreach (var layer in network.Layers)
            unused -= layer.Parameters;
        trainable -= unused;
        Fact(text, "Parameters", $"{Number(trainable)} trainable, {Number(rest)} not trainable, "
            + (unused == 0 ? "" : $"{Number(unused)} unused, ") + $"{Number(all * sizeof(float))} bytes");
        Fact(text, "Structure", network.StructuralHashText);
    }

    private static string Memory(PassMemory pass)
    {
        var samples = pass.ChunkSize == 1 ? "a sample" : $"{Number(pass.ChunkSize)} samples";
        var batch = pass.BatchBytes > 0 ? $", and {Number(pass.BatchBytes)} for each sample of a batch" : "";
        return $"{pass.Pass}: {Number(pass.ChunkBytes)} bytes for {samples} at a time{batch}";
    }

    private static void Fact(StringBuilder text, string name, string value) =>
        text.Append((name + ":").PadRight("Parameters: ".Length)).Append(value).Append('\n');

    // A name that nobody chose says the kind already.
    private static string Name(LayerInfo layer) =>
        layer.Name.AsSpan().TrimEnd("0123456789").Equals(layer.Kind, StringComparison.OrdinalIgnoreCase)
            ? layer.Name
            : $"{layer.Name} ({layer.Kind})";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Shape(IReadOnlyList<int> shape) => Shapes.ToText(shape);
}
