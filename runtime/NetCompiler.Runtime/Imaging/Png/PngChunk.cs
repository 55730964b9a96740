using System.Buffers.Binary;
using System.Text;
using static System.FormattableString;

namespace NetCompiler.Imaging;

/// <summary>A chunk of a PNG file (PNG, 5.3).</summary>
internal readonly ref struct PngChunk
{
    /// <summary>Bytes of a chunk besides its data: length, type and CRC.</summary>
    public const int Overhead = 12;

    private PngChunk(uint type, ReadOnlySpan<byte> data, int start)
    {
        Type = type;
        Data = data;
        Start = start;
    }

    /// <summary>The four letters, big-endian.</summary>
    public uint Type { get; }

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Where the chunk begins in the file.</summary>
    public int Start { get; }

    /// <summary>Where the next one begins.</summary>
    public int End => Start + Overhead + Data.Length;

    /// <summary>Whether a decoder must know the chunk.</summary>
    public bool IsCritical => (Type & 0x2000_0000) == 0;

    /// <summary>Four letters as a number.</summary>
    public static uint TypeOf(ReadOnlySpan<byte> letters) => BinaryPrimitives.ReadUInt32BigEndian(letters);

    /// <summary>A type as text.</summary>
    public static string NameOf(uint type)
    {
        Span<byte> letters = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(letters, type);
        return Encoding.ASCII.GetString(letters);
    }

    /// <summary>Reads a chunk and checks its length, its type's letters and its CRC.</summary>
    public static PngChunk Read(ReadOnlySpan<byte> file, int start, string name)
    {
        var rest = file[start..];
        if (rest.Length < Overhead)
        {
            throw new MalformedFileException(
                name, Invariant($"chunk at {start}"), "length, type and CRC", Invariant($"{rest.Length} bytes"));
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        var letters = rest.Slice(4, 4);
        foreach (var letter in letters)
        {
            if (!char.IsAsciiLetter((char)letter))
            {
                throw new MalformedFileException(
                    name, Invariant($"type of the chunk at {start}"), "four letters", Convert.ToHexString(letters));
            }
        }

        var type = TypeOf(letters);
        if (length > rest.Length - Overhead)
        {
            throw new MalformedFileException(
                name, $"length of {NameOf(type)}", Invariant($"at most {rest.Length - Overhead}, where the file ends"), length);
        }

        var data = rest.Slice(8, (int)length);
        var stored = BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + data.Length)..]);
        var computed = Crc32.Compute(rest.Slice(4, 4 + data.Length));
        if (stored != computed)
            throw new MalformedFileException(name, $"CRC of {NameOf(type)}", Invariant($"0x{computed:x8}"), Invariant($"0x{stored:x8}"));
        return new PngChunk(type, data, start);
    }
}
