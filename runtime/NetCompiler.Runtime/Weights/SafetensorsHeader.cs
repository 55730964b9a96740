using System.Text;
using System.Text.Json;
using static System.FormattableString;

namespace NetCompiler.Runtime;

/// <summary>Reads and checks the JSON header of a safetensors file.</summary>
internal ref struct SafetensorsHeader
{
    /// <summary>The name under which a file keeps facts about itself; no tensor may have it.</summary>
    public const string MetadataName = "__metadata__";

    // As PyTorch; it bounds what a shape can make the reader allocate.
    private const int MaxRank = 64;

    private readonly string _path;
    private readonly long? _dataLength;
    private readonly List<SafetensorsEntry> _entries = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<long> _numbers = [];
    private Utf8JsonReader _json;

    private SafetensorsHeader(string path, ReadOnlySpan<byte> header, long? dataLength)
    {
        _path = path;
        _dataLength = dataLength;
        _json = new Utf8JsonReader(header);
    }

    /// <summary>Reads a header.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="header">The header's bytes.</param>
    /// <param name="dataLength">Bytes that follow the header; null where that is not known.</param>
    /// <returns>The tensors, the metadata, and how many bytes of data the tensors have together.</returns>
    public static (IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata, long DataLength) Parse(
        string path, ReadOnlySpan<byte> header, long? dataLength)
    {
        if (header.IsEmpty || header[0] != (byte)'{')
        {
            var found = header.IsEmpty ? "nothing" : Invariant($"byte 0x{header[0]:x2}");
            throw new MalformedFileException(path, "header", "a JSON object, beginning with '{'", found);
        }

        var parser = new SafetensorsHeader(path, header, dataLength);
        try
        {
            parser.ReadObject();
        }
        catch (JsonException exception)
        {
            throw new MalformedFileException(path, "header", "JSON", exception.Message.TrimEnd('.'), exception);
        }

        return (parser._entries, parser._metadata, parser.CheckContiguity());
    }

    private void ReadObject()
    {
        _json.Read();
        while (Next("header", JsonTokenType.PropertyName, JsonTokenType.EndObject) == JsonTokenType.PropertyName)
        {
            var name = Text("header");
            if (!_names.Add(name))
                throw Malformed("header", "each name once", $"'{Excerpt.Of(name)}' twice");
            if (name == MetadataName)
                ReadMetadata();
            else
                _entries.Add(ReadEntry(name));
        }

        // Anything but white space behind the object is an error of the reader's.
        _json.Read();
    }

    private void ReadMetadata()
    {
        Next(MetadataName, JsonTokenType.StartObject);
        while (Next(MetadataName, JsonTokenType.PropertyName, JsonTokenType.EndObject) == JsonTokenType.PropertyName)
        {
            var key = Text(MetadataName);
            if (!_json.Read() || _json.TokenType != JsonTokenType.String)
                throw Malformed($"{MetadataName}.{Excerpt.Of(key)}", $"{JsonTokenType.String}", $"{_json.TokenType}");
            if (!_metadata.TryAdd(key, Text(MetadataName)))
                throw Malformed(MetadataName, "each name once", $"'{Excerpt.Of(key)}' twice");
        }
    }

    private SafetensorsEntry ReadEntry(string name)
    {
        var field = $"'{Excerpt.Of(name)}'";
        string? dtype = null;
        long[]? shape = null;
        long[]? offsets = null;
        Next(field, JsonTokenType.StartObject);
        while (Next(field, JsonTokenType.PropertyName, JsonTokenType.EndObject) == JsonTokenType.PropertyName)
        {
            var property = Text(field);
            switch (property)
            {
                case "dtype" when dtype is null:
                    Next($"{field}.dtype", JsonTokenType.String);
                    dtype = Text($"{field}.dtype");
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers($"{field}.shape", MaxRank);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers($"{field}.data_offsets", 2);
                    break;
                default:
                    throw Malformed(field, "dtype, shape and data_offsets, each once", $"'{Excerpt.Of(property)}'");
            }
        }

        if (dtype is null || shape is null || offsets is null)
        {
            var missing = dtype is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw Malformed(field, "dtype, shape and data_offsets", $"no {missing}");
        }

        if (offsets.Length != 2)
            throw Malformed($"{field}.data_offsets", "2 numbers", Invariant($"{offsets.Length}"));
        var entry = new SafetensorsEntry(name, dtype, shape, offsets[0], offsets[1]);
        CheckSize(entry, field);
        return entry;
    }

    private readonly void CheckSize(SafetensorsEntry entry, string field)
    {
        var itemSize = SafetensorsTypes.ItemSize(entry.DType);
        if (itemSize == 0)
            throw Malformed($"{field}.dtype", "a type of safetensors such as F32", $"'{Excerpt.Of(entry.DType)}'");
        if (entry.Begin > entry.End || entry.End > _dataLength)
        {
            throw Malformed(
                $"{field}.data_offsets",
                _dataLength is null ? "a range" : Invariant($"a range within the {_dataLength} bytes of data"),
                Invariant($"{entry.Begin} to {entry.End}"));
        }

        long size;
        try
        {
            size = itemSize;
            foreach (var extent in entry.Shape)
                size = checked(size * extent);
        }
        catch (OverflowException exception)
        {
            throw new MalformedFileException(
                _path, $"{field}.shape", "a product that a 64-bit integer holds", entry.ShapeText, exception);
        }

        if (entry.End - entry.Begin != size)
        {
            throw Malformed(
                $"{field}.data_offsets",
                Invariant($"{size} bytes for {entry.DType} {entry.ShapeText}"),
                Invariant($"{entry.End - entry.Begin} ({entry.Begin} to {entry.End})"));
        }
    }

    private readonly long CheckContiguity()
    {
        var sorted = _entries.ToArray();
        Array.Sort(sorted, static (a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        var end = 0L;
        foreach (var entry in sorted)
        {
            if (entry.Begin != end)
            {
                throw Malformed(
                    $"'{Excerpt.Of(entry.Name)}'.data_offsets",
                    Invariant($"{end} as its begin, without a gap or an overlap"),
                    Invariant($"{entry.Begin}"));
            }

            end = entry.End;
        }

        if (_dataLength is { } found && found != end)
            throw Malformed("data", Invariant($"{end} bytes, as many as the tensors have"), Invariant($"{found}"));
        return end;
    }

    private long[] ReadNumbers(string field, int atMost)
    {
        _numbers.Clear();
        Next(field, JsonTokenType.StartArray);
        while (Next(field, JsonTokenType.Number, JsonTokenType.EndArray) == JsonTokenType.Number)
        {
            if (!_json.TryGetInt64(out var number) || number < 0)
                throw Malformed(field, "whole numbers from 0 to 2^63 - 1", Excerpt.Of(Encoding.UTF8.GetString(_json.ValueSpan)));
            if (_numbers.Count == atMost)
                throw Malformed(field, Invariant($"at most {atMost} numbers"), "more");
            _numbers.Add(number);
        }

        return [.. _numbers];
    }

    private JsonTokenType Next(string field, JsonTokenType expected, JsonTokenType? orElse = null)
    {
        if (!_json.Read() || (_json.TokenType != expected && _json.TokenType != orElse))
            throw Malformed(field, orElse is null ? $"{expected}" : $"{expected} or {orElse}", $"{_json.TokenType}");
        return _json.TokenType;
    }

    private readonly string Text(string field)
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new MalformedFileException(_path, field, "UTF-8 text", "bytes or escapes that are none", exception);
        }
    }

    private readonly MalformedFileException Malformed(string field, string expected, string found) => new(_path, field, expected, found);
}
