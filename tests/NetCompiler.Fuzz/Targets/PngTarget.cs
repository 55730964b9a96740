using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using NetCompiler.Fuzz.Fuzzing;
using NetCompiler.Runtime.Tests.Imaging;

namespace NetCompiler.Fuzz.Targets;

/// <summary>
/// PNG of every colour type and depth, filtered, interlaced, with palettes and transparency. In three quarters of the cases the CRCs are
/// right, and in some of these the pixels are compressed again after they were damaged.
/// </summary>
public sealed class PngTarget() : ImageTarget("png", CreateSeeds())
{
    private const int SignatureBytes = 8;

    private static readonly string[] s_types = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND", "gAMA", "tEXt", "acTL", "ABCD"];

    public override byte[] Mutate(byte[] seed, Mutator mutator)
    {
        if (mutator.OneIn(4))
            return mutator.Mutate(seed);
        var chunks = Split(seed);
        for (var i = mutator.FewOf(3); i > 0 && chunks.Count > 0; i--)
            MutateChunks(chunks, mutator);
        return PngFile.Join(chunks);
    }

    private static void MutateChunks(List<(string Type, byte[] Data)> chunks, Mutator mutator)
    {
        var index = mutator.Next(chunks.Count);
        var (type, data) = chunks[index];
        switch (mutator.Next(8))
        {
            case 0:
                chunks.RemoveAt(index);
                break;
            case 1:
                chunks.Insert(mutator.Next(chunks.Count + 1), (type, data));
                break;
            case 2:
                chunks[index] = (mutator.Pick(s_types), data);
                break;
            case 3:
                MutateRows(chunks, mutator);
                break;
            case 4 or 5:
                MutateHeader(chunks, mutator);
                break;
            default:
                chunks[index] = (type, mutator.Mutate(data));
                break;
        }
    }

    private static void MutateHeader(List<(string Type, byte[] Data)> chunks, Mutator mutator)
    {
        var index = chunks.FindIndex(chunk => chunk.Type == "IHDR" && chunk.Data.Length == 13);
        if (index < 0)
            return;
        var header = chunks[index].Data.ToArray();
        if (mutator.OneIn(2))
        {
            var field = header.AsSpan(4 * mutator.Next(2));
            var old = BinaryPrimitives.ReadInt32BigEndian(field);
            BinaryPrimitives.WriteInt32BigEndian(field, mutator.OneIn(2) ? old + mutator.Next(9) - 4 : (int)mutator.Pick(Mutator.Extremes));
        }
        else
        {
            header[8 + mutator.Next(5)] = (byte)mutator.Next(18);
        }

        chunks[index] = ("IHDR", header);
    }

    /// <summary>Damages the pixels before compression, and compresses them again into one chunk or several.</summary>
    private static void MutateRows(List<(string Type, byte[] Data)> chunks, Mutator mutator)
    {
        var first = chunks.FindIndex(chunk => chunk.Type == "IDAT");
        if (first < 0)
            return;
        var compressed = chunks.Where(chunk => chunk.Type == "IDAT").SelectMany(chunk => chunk.Data).ToArray();
        var rows = new MemoryStream();
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(compressed), CompressionMode.Decompress);
            zlib.CopyTo(rows);
        }
        catch (InvalidDataException)
        {
            // Damaged before; what could be unpacked is damaged further.
        }

        chunks.RemoveAll(chunk => chunk.Type == "IDAT");
        var packed = PngFile.Deflate(mutator.Mutate(rows.ToArray()));
        foreach (var part in packed.Chunk(mutator.OneIn(2) ? Math.Max(packed.Length, 1) : 1 + mutator.Next(200)).Reverse())
            chunks.Insert(Math.Min(first, chunks.Count), ("IDAT", part));
    }

    private static List<(string Type, byte[] Data)> Split(byte[] file)
    {
        var chunks = new List<(string, byte[])>();
        for (var at = SignatureBytes; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            chunks.Add((Encoding.Latin1.GetString(file, at + 4, 4), file.AsSpan(at + 8, length).ToArray()));
            at += 12 + length;
        }

        return chunks;
    }

    private static List<byte[]> CreateSeeds()
    {
        (int, int[])[] kinds = [(0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16])];
        var seeds = new List<byte[]>();
        foreach (var (type, depths) in kinds)
        {
            foreach (var depth in depths)
                seeds.Add(Create(type, depth, interlaced: depth is 4 or 16, 13, 11));
        }

        // Compresses a thousandfold: pixels that are much larger than the file.
        seeds.Add(new PngFile { Width = 1200, Height = 900, Sample = (_, _, _) => 255, DataChunk = 500 }.ToBytes());
        seeds.Add(Create(6, 8, interlaced: false, 90, 60));
        return seeds;
    }

    private static byte[] Create(int type, int depth, bool interlaced, int width, int height)
    {
        var colors = Math.Min(1 << depth, 20);
        var most = type == 3 ? colors : 1 << depth;
        return new PngFile
        {
            Width = width,
            Height = height,
            ColorType = type,
            Depth = depth,
            Interlaced = interlaced,
            Filter = row => row % 5,
            Sample = (x, y, channel) => (x * 7 + y * 31 + channel * 101 + x * y * 3) % most,
            Palette = type == 3 ? [.. Enumerable.Range(0, 3 * colors).Select(i => (byte)(i * 11))] : null,
            Transparency = type switch { 0 => [0, 1], 2 => [0, 7, 0, 108, 0, 209], 3 => [0, 128], _ => null },
        }.ToBytes();
    }
}
