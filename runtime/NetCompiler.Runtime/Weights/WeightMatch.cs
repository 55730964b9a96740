using System.Text;
using static System.FormattableString;

namespace NetCompiler.Runtime;

/// <summary>Which tensor of a file goes to which parameter of a network, and what does not fit. Nothing has been loaded yet.</summary>
internal sealed class WeightMatch
{
    private const int MostLines = 12;

    // PyTorch's normalisations count their batches; nothing that they compute depends on it.
    private const string BatchCounter = ".num_batches_tracked";

    private readonly NetworkDescription _network;
    private readonly SafetensorsReader _reader;
    private readonly WeightLoadOptions _options;
    private readonly List<ParameterInfo> _missing = [];
    private readonly List<SafetensorsEntry> _unexpected = [];
    private readonly List<WeightMismatch> _mismatched = [];

    public WeightMatch(NetworkDescription network, SafetensorsReader reader, WeightLoadOptions options)
    {
        _network = network;
        _reader = reader;
        _options = options;
        var found = Find();
        foreach (var parameter in network.Parameters)
        {
            if (options.Filter is { } filter && !filter(parameter))
                continue;
            if (!found.TryGetValue(parameter.Name, out var entry) || entry is null)
                _missing.Add(parameter);
            else if (SafetensorsTypes.IsReadable(entry.DType) && HasShapeOf(entry, parameter))
                Tensors.Add((entry, parameter));
            else
                _mismatched.Add(new WeightMismatch(parameter.Name, Describe(parameter), Describe(entry)));
        }
    }

    /// <summary>What fits, in the network's order.</summary>
    public List<(SafetensorsEntry Entry, ParameterInfo Parameter)> Tensors { get; } = [];

    /// <summary>Refuses weights that are not those that were asked for, with the list of what differs.</summary>
    public void ThrowUnlessComplete()
    {
        // Who asks for some parameters, or gives tensors new names, knows that the file is not this network's.
        var unexpected = _options.Filter is null ? _unexpected : [];
        var tensors = _missing.Count + _mismatched.Count + unexpected.Count;
        var layers = _options is { Filter: null, Rename: null } ? CompareLayers(tensorsDiffer: tensors > 0) : [];
        var count = tensors + layers.Count;
        if (count == 0)
            return;
        var name = IsOurs ? _reader.Metadata.GetValueOrDefault(NetworkWeights.NetworkKey) : null;
        var found = new StringBuilder(name is null ? "others" : $"those of {Excerpt.Of(name)}");
        found.Append(Invariant($", with {count} {(count == 1 ? "difference" : "differences")}:"));
        var lines = 0;
        foreach (var difference in Differences(unexpected, layers))
        {
            if (lines++ == MostLines)
            {
                found.Append(Invariant($"\n  and {count - MostLines} more"));
                break;
            }

            found.Append("\n  ").Append(difference);
        }

        throw new MalformedFileException(_reader.Name, "weights", $"those of {_network.Name}", found);
    }

    public WeightLoadResult ToResult()
    {
        return new WeightLoadResult(
            Tensors.ConvertAll(tensor => tensor.Parameter.Name),
            _missing.ConvertAll(parameter => parameter.Name),
            _unexpected.ConvertAll(entry => entry.Name),
            _mismatched);
    }

    /// <summary>The tensors that the network has parameters for; the others are unexpected.</summary>
    private Dictionary<string, SafetensorsEntry?> Find()
    {
        var found = new Dictionary<string, SafetensorsEntry?>(StringComparer.Ordinal);
        foreach (var parameter in _network.Parameters)
            found.Add(parameter.Name, null);
        foreach (var entry in _reader.Entries)
        {
            var name = _options.Rename is { } rename ? rename(entry.Name) : entry.Name;
            if (name is null)
                continue;
            if (!found.TryGetValue(name, out var other))
            {
                if (!name.EndsWith(BatchCounter, StringComparison.Ordinal))
                    _unexpected.Add(entry);
            }
            else if (other is null)
            {
                found[name] = entry;
            }
            else
            {
                throw new ArgumentException(
                    $"{nameof(WeightLoadOptions.Rename)}: expected each name once, found '{name}' for '{other.Name}' and '{entry.Name}'.");
            }
        }

        return found;
    }

    private bool IsOurs => _reader.Metadata.GetValueOrDefault(NetworkWeights.FormatKey) == NetworkWeights.Format;

    // A line each, made one by one: a file may hold thousands of tensors, and a dozen lines are shown.
    private IEnumerable<string> Differences(List<SafetensorsEntry> unexpected, List<string> layers)
    {
        foreach (var parameter in _missing)
            yield return $"{parameter.Name}: expected {Describe(parameter)}, found none";
        foreach (var mismatch in _mismatched)
            yield return mismatch.ToString();
        foreach (var entry in unexpected)
            yield return $"{Excerpt.Of(entry.Name)}: expected none, found {Describe(entry)}";
        foreach (var layer in layers)
            yield return layer;
    }

    /// <summary>
    /// How the layers differ, where the file says of which network it is and that is another: the same shapes may go through another
    /// activation.
    /// </summary>
    private List<string> CompareLayers(bool tensorsDiffer)
    {
        var expected = _network.StructuralHashText;
        if (!IsOurs || !_reader.Metadata.TryGetValue(NetworkWeights.StructureKey, out var structure) || structure == expected)
            return [];
        var differences = LayerTable.Compare(_network, _reader.Metadata.GetValueOrDefault(NetworkWeights.LayersKey, ""));
        // The tables may be the same all the same, as when layers only change places, or missing.
        if (differences.Count == 0 && !tensorsDiffer)
            differences.Add($"structure: expected {expected}, found {Excerpt.Of(structure)}");
        return differences;
    }

    private static bool HasShapeOf(SafetensorsEntry entry, ParameterInfo parameter)
    {
        if (entry.Shape.Count != parameter.Shape.Count)
            return false;
        for (var axis = 0; axis < entry.Shape.Count; axis++)
        {
            if (entry.Shape[axis] != parameter.Shape[axis])
                return false;
        }

        return true;
    }

    private static string Describe(ParameterInfo parameter) => $"{SafetensorsTypes.Float32} {Shapes.ToText(parameter.Shape)}";

    private static string Describe(SafetensorsEntry entry) => $"{entry.DType} {entry.ShapeText}";
}
