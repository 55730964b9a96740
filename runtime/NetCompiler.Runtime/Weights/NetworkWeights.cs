using System.Reflection;
using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>A network's parameters as safetensors: canonical shapes under the parameters' names.</summary>
internal static class NetworkWeights
{
    public const string FormatKey = "format";
    public const string NetworkKey = "network";
    public const string StructureKey = "structure";
    public const string LayersKey = "layers";

    /// <summary>What <see cref="FormatKey"/> says of files of this library.</summary>
    public const string Format = "netcompiler";

    private static readonly WeightLoadOptions s_everything = new();

    public static void Save(Network network, string path) => AtomicFile.Write(path, stream => Save(network, stream));

    public static void Save(Network network, Stream stream)
    {
        var definition = network.Definition;
        var tensors = new SafetensorsTensor[definition.Parameters.Count];
        for (var i = 0; i < tensors.Length; i++)
        {
            var parameter = definition.Parameters[i];
            tensors[i] = new SafetensorsTensor(
                parameter.Name, parameter.Shape, network.ParameterMemory.Slice(parameter.Offset, parameter.Length));
        }

        SafetensorsWriter.Write(
            stream,
            tensors,
            [
                new(FormatKey, Format),
                new(NetworkKey, definition.Name),
                new(StructureKey, definition.StructuralHashText),
                new(LayersKey, LayerTable.Write(definition)),
            ]);
    }

    public static WeightLoadResult Load(Network network, string path, WeightLoadOptions? options)
    {
        using var reader = new SafetensorsReader(path);
        return Load(network, reader, options);
    }

    public static WeightLoadResult Load(Network network, Stream stream, WeightLoadOptions? options)
    {
        using var reader = new SafetensorsReader(stream);
        return Load(network, reader, options);
    }

    public static unsafe WeightLoadResult Load(Network network, ReadOnlySpan<byte> bytes, WeightLoadOptions? options)
    {
        fixed (byte* first = bytes)
        {
            using Stream stream = bytes.IsEmpty ? Stream.Null : new UnmanagedMemoryStream(first, bytes.Length);
            using var reader = new SafetensorsReader(stream, "bytes");
            return Load(network, reader, options);
        }
    }

    public static WeightLoadResult Load(Network network, Assembly assembly, string resource, WeightLoadOptions? options)
    {
        using var stream = EmbeddedResource.Open(assembly, resource);
        using var reader = new SafetensorsReader(stream, resource);
        return Load(network, reader, options);
    }

    private static WeightLoadResult Load(Network network, SafetensorsReader reader, WeightLoadOptions? options)
    {
        options ??= s_everything;
        var match = new WeightMatch(network.Definition, reader, options);
        if (!options.Partial)
            match.ThrowUnlessComplete();
        var result = match.ToResult();

        // Nothing is written before everything has been checked.
        match.Tensors.Sort((a, b) => a.Entry.Begin.CompareTo(b.Entry.Begin));
        // Those that the file has not are what a device has made of them.
        network.BringHome();
        if (reader.CanSeek)
            ReadInPlace(network, reader, match);
        else
            ReadThenCopy(network, reader, match);
        return result;
    }

    private static void ReadInPlace(Network network, SafetensorsReader reader, WeightMatch match)
    {
        try
        {
            foreach (var (entry, parameter) in match.Tensors)
                reader.Read(entry, network.Parameters.Slice(parameter.Offset, parameter.Length));
        }
        finally
        {
            network.ParametersChanged();
        }
    }

    /// <summary>A stream of unknown length may end at any time, so its values wait until the last has come.</summary>
    private static void ReadThenCopy(Network network, SafetensorsReader reader, WeightMatch match)
    {
        var length = 0;
        foreach (var (_, parameter) in match.Tensors)
            length += parameter.Length;
        var values = new float[length];
        var rest = values.AsSpan();
        foreach (var (entry, parameter) in match.Tensors)
        {
            reader.Read(entry, rest[..parameter.Length]);
            rest = rest[parameter.Length..];
        }

        reader.ReadToEnd();
        rest = values;
        foreach (var (_, parameter) in match.Tensors)
        {
            rest[..parameter.Length].CopyTo(network.Parameters.Slice(parameter.Offset, parameter.Length));
            rest = rest[parameter.Length..];
        }

        network.ParametersChanged();
    }
}
