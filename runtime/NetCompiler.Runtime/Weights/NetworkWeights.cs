using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>A network's parameters as a safetensors file: canonical shapes under the parameters' names.</summary>
internal static class NetworkWeights
{
    public static void Save(Network network, string path)
    {
        var definition = network.Definition;
        var tensors = new SafetensorsTensor[definition.Parameters.Count];
        for (var i = 0; i < tensors.Length; i++)
        {
            var parameter = definition.Parameters[i];
            tensors[i] = new SafetensorsTensor(
                parameter.Name, parameter.Shape, network.ParameterMemory.Slice(parameter.Offset, parameter.Length));
        }

        KeyValuePair<string, string>[] metadata =
        [
            new("format", "netcompiler"),
            new("network", definition.Name),
            new("structure", definition.StructuralHashText),
        ];
        AtomicFile.Write(path, stream => SafetensorsWriter.Write(stream, tensors, metadata));
    }

    public static void Load(Network network, string path)
    {
        using var reader = new SafetensorsReader(path);
        Load(network, reader);
    }

    public static void Load(Network network, Stream stream)
    {
        using var reader = new SafetensorsReader(stream);
        Load(network, reader);
    }

    private static void Load(Network network, SafetensorsReader reader)
    {
        var parameters = network.Definition.Parameters;
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        foreach (var entry in reader.Entries)
            entries.Add(entry.Name, entry);
        CheckNames(network, reader, entries);
        foreach (var parameter in parameters)
            Check(parameter, entries[parameter.Name], reader.Name);

        // Nothing is written before everything has been checked.
        foreach (var parameter in parameters)
            reader.Read(entries[parameter.Name], network.Parameters.Slice(parameter.Offset, parameter.Length));
        network.ParametersChanged();
    }

    private static void CheckNames(Network network, SafetensorsReader reader, Dictionary<string, SafetensorsEntry> entries)
    {
        var expected = new List<string>();
        var missing = new List<string>();
        foreach (var parameter in network.Definition.Parameters)
        {
            expected.Add(parameter.Name);
            if (!entries.ContainsKey(parameter.Name))
                missing.Add(parameter.Name);
        }

        var unexpected = new List<string>();
        foreach (var entry in reader.Entries)
        {
            if (!expected.Contains(entry.Name))
                unexpected.Add(entry.Name);
        }

        if (missing.Count == 0 && unexpected.Count == 0)
            return;
        var found = new List<string>();
        if (missing.Count > 0)
            found.Add($"none named {string.Join(", ", missing)}");
        if (unexpected.Count > 0)
            found.Add($"unexpected {string.Join(", ", unexpected)}");
        throw new MalformedFileException(
            reader.Name,
            "tensors",
            $"those of {network.Definition.Name} ({string.Join(", ", expected)})",
            string.Join(" and ", found));
    }

    private static void Check(ParameterInfo parameter, SafetensorsEntry entry, string path)
    {
        if (entry.DType != "F32")
            throw new MalformedFileException(path, $"'{entry.Name}'.dtype", "F32", entry.DType);
        var same = entry.Shape.Count == parameter.Shape.Count;
        for (var axis = 0; same && axis < entry.Shape.Count; axis++)
            same = entry.Shape[axis] == parameter.Shape[axis];
        if (!same)
            throw new MalformedFileException(path, $"'{entry.Name}'.shape", Shapes.ToText(parameter.Shape), entry.ShapeText);
    }
}
