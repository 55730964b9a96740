using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using NetCompiler.Fuzz.Fuzzing;

namespace NetCompiler.Fuzz.Targets;

/// <summary>
/// Weights: read from a file, from memory and from a stream that cannot seek, which have to agree; and in part. Where a file is refused,
/// the parameters have to be as they were.
/// </summary>
public sealed class SafetensorsTarget : IFuzzTarget
{
    // Names, types and words of the format, to be put in each other's places.
    private static readonly string[] s_words =
    [
        "conv1.weight", "dense1.bias", "__metadata__", "dtype", "shape", "data_offsets", "F32", "F16", "BF16", "F64", "I64", "BOOL", "F31",
        "", "format", "netcompiler", "structure", "layers", "\\ud800", "\\u0000", "a\\nb", "conv1 Conv 4x6x6 40\\n",
    ];

    private static readonly string[] s_pieces =
        ["{", "}", "[", "]", ",", ":", "\"", "{}", "[]", "null", "true", "1e9", "-1", "0.5", "[[[[[[[["];

    private readonly Network _network = new FuzzNet(seed: 1);
    private readonly Network _other = new FuzzNet(seed: 1);
    private readonly float[] _before;
    private readonly ScratchFile _file = new(".safetensors");

    public SafetensorsTarget()
    {
        _before = _network.Parameters.ToArray();
        Seeds = [Saved(_network), Foreign(), OtherNetwork(), WithLargeTensor(), Build("{}", [])];
    }

    public string Name => "safetensors";

    public string Extension => ".safetensors";

    public IReadOnlyList<byte[]> Seeds { get; }

    public void Dispose()
    {
        _network.Dispose();
        _other.Dispose();
        _file.Dispose();
    }

    public byte[] Mutate(byte[] seed, Mutator mutator)
    {
        if (mutator.OneIn(3))
            return mutator.Mutate(seed);
        var headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(seed);
        var header = Encoding.Latin1.GetString(seed, 8, headerLength);
        for (var i = mutator.FewOf(3); i > 0; i--)
            header = MutateHeader(header, mutator);
        var data = seed[(8 + headerLength)..];
        if (mutator.OneIn(4))
            data = mutator.Mutate(data);
        return Build(header, data);
    }

    public long Read(byte[] data)
    {
        _file.Write(data);
        var answer = Load(_network, network => network.LoadWeights(_file.Path));
        var loaded = _network.Parameters;
        foreach (var source in new Func<Network, WeightLoadResult>[]
        {
            network => network.LoadWeights(data),
            network => network.LoadWeights(new ShortReads(data)),
        })
        {
            var same = Load(_other, source);
            if (same is null != answer is null || !SameBits(loaded, _other.Parameters))
            {
                throw new BrokenPromiseException(
                    $"from a file: {answer?.Message ?? "an answer"}; otherwise: {same?.Message ?? "an answer"}");
            }
        }

        _ = Load(_other, network => network.LoadWeights(data, new WeightLoadOptions { Partial = true }));
        return answer is null ? 0 : throw answer;
    }

    public bool IsRefusal(Exception exception) => exception is MalformedFileException;

    /// <summary>Loads into a network as it was at first; gives the refusal, if it is one.</summary>
    private MalformedFileException? Load(Network network, Func<Network, WeightLoadResult> load)
    {
        _before.CopyTo(network.Parameters);
        try
        {
            load(network);
            return null;
        }
        catch (MalformedFileException exception)
        {
            if (!SameBits(_before, network.Parameters))
                throw new BrokenPromiseException($"parameters were changed before the file was refused: {exception.Message}");
            return exception;
        }
    }

    private static bool SameBits(ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
        MemoryMarshal.AsBytes(a).SequenceEqual(MemoryMarshal.AsBytes(b));

    /// <summary>Changes a number, a text or a piece of the JSON.</summary>
    private static string MutateHeader(string header, Mutator mutator)
    {
        var (numbers, texts) = Tokens(header);
        switch (mutator.Next(6))
        {
            case 0 or 1 when numbers.Count > 0:
                var (start, length) = mutator.Pick(numbers);
                var number = long.TryParse(header.AsSpan(start, length), out var old) && mutator.OneIn(2)
                    ? old + mutator.Next(9) - 4
                    : mutator.Pick(Mutator.Extremes);
                return Replace(header, start, length, mutator.OneIn(20) ? $"{number}{new string('0', 30)}" : $"{number}");
            case 2 when texts.Count > 0:
                (start, length) = mutator.Pick(texts);
                return Replace(header, start, length, mutator.Pick(s_words));
            case 3 when texts.Count > 0:
                var (from, fromLength) = mutator.Pick(texts);
                (start, length) = mutator.Pick(texts);
                return Replace(header, start, length, header.Substring(from, fromLength));
            case 4:
                start = mutator.Next(header.Length + 1);
                return header.Insert(start, mutator.Pick(s_pieces));
            default:
                start = mutator.Next(header.Length + 1);
                length = mutator.Next(Math.Min(60, header.Length - start + 1));
                return mutator.OneIn(2) ? header.Remove(start, length) : header.Insert(start, header.Substring(start, length));
        }
    }

    private static string Replace(string text, int start, int length, string by) =>
        string.Concat(text.AsSpan(0, start), by, text.AsSpan(start + length));

    /// <summary>Where the numbers lie, and what stands between quotes.</summary>
    private static (List<(int Start, int Length)> Numbers, List<(int Start, int Length)> Texts) Tokens(string header)
    {
        List<(int Start, int Length)> numbers = [], texts = [];
        for (var i = 0; i < header.Length; i++)
        {
            var start = i;
            if (header[i] == '"')
            {
                i = header.IndexOf('"', i + 1);
                if (i < 0)
                    break;
                texts.Add((start + 1, i - start - 1));
            }
            else if (char.IsAsciiDigit(header[i]))
            {
                while (i < header.Length && char.IsAsciiDigit(header[i]))
                    i++;
                numbers.Add((start, i - start));
                i--;
            }
        }

        return (numbers, texts);
    }

    private static byte[] Build(string header, byte[] data)
    {
        var length = new byte[8];
        var bytes = Encoding.Latin1.GetBytes(header);
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
        return [.. length, .. bytes, .. data];
    }

    private static byte[] Saved(Network network)
    {
        var stream = new MemoryStream();
        network.Save(stream);
        return stream.ToArray();
    }

    // As PyTorch would write it: other order, other types, its counter of batches.
    private byte[] Foreign()
    {
        var header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"},");
        var data = new List<byte>();
        string[] types = ["F16", "BF16", "F64", "F32"];
        for (var i = _network.Definition.Parameters.Count - 1; i >= 0; i--)
        {
            var parameter = _network.Definition.Parameters[i];
            var (type, size) = (types[i % 4], i % 4 < 2 ? 2 : i % 4 == 2 ? 8 : 4);
            Append(header, parameter.Name, type, parameter.Shape, data.Count, parameter.Length * size).Append(',');
            data.AddRange(new byte[parameter.Length * size]);
        }

        Append(header, "batchnorm1.num_batches_tracked", "I64", [], data.Count, 8).Append('}');
        return Build(header.ToString(), [.. data, .. new byte[8]]);
    }

    private byte[] OtherNetwork() =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Saved(_network)).Replace("Relu", "Tanh", StringComparison.Ordinal)
            .Replace(_network.Definition.StructuralHashText, "0123456789abcdef", StringComparison.Ordinal));

    private static byte[] WithLargeTensor()
    {
        const int Length = 100_000;
        return Build(Append(new StringBuilder("{"), "large", "F32", [Length], 0, 4 * Length).Append('}').ToString(), new byte[4 * Length]);
    }

    private static StringBuilder Append(StringBuilder header, string name, string type, IReadOnlyList<int> shape, int begin, int length) =>
        header.Append('"').Append(name).Append("\":{\"dtype\":\"").Append(type).Append("\",\"shape\":[").AppendJoin(',', shape)
            .Append("],\"data_offsets\":[").Append(begin).Append(',').Append(begin + length).Append("]}");

    /// <summary>A stream without a length, which brings less than it is asked for.</summary>
    private sealed class ShortReads(byte[] data) : MemoryStream(data)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 3000)]);

        public override long Seek(long offset, SeekOrigin loc) => throw new NotSupportedException();
    }
}
