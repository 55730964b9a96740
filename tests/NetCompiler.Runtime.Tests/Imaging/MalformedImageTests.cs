using System.Buffers.Binary;
using System.Text;
using NetCompiler.Imaging;

namespace NetCompiler.Runtime.Tests.Imaging;

/// <summary>Each wrong file gives an exception that names file, field, expected and found, and costs little memory.</summary>
public class MalformedImageTests
{
    private const long Allowed = 16 << 20;

    private static readonly PngFile s_gray = new() { Sample = PngDecoderTests.Sample8 };

    private static readonly PngFile s_indexed = new()
    {
        ColorType = 3,
        Depth = 4,
        Sample = (x, y, _) => (x + y) % 10,
        Palette = [.. Enumerable.Range(0, 30).Select(i => (byte)i)],
    };

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("FFD8FFE0", "JPEG")]
    [InlineData("474946383961", "GIF")]
    [InlineData("50340A", "PNM of kind P4")]
    [InlineData("89504E470D0A1A", "bytes 89504E470D0A1A")]
    public void Other_formats(string file, string found) =>
        Refused(Convert.FromHexString(file), "format", "PNG, PGM (P2, P5) or PPM (P3, P6)", found);

    [Theory]
    [InlineData(0, 0, "width", "1 to 1000000", "0")]
    [InlineData(0, 0x80000000, "width", "1 to 1000000", "2147483648")]
    [InlineData(4, 0, "height", "1 to 1000000", "0")]
    [InlineData(4, 0xffffffff, "height", "1 to 1000000", "4294967295")]
    [InlineData(8, 0x03000000, "bit depth", "1, 2, 4, 8 or 16 for colour type 0", "3")]
    [InlineData(8, 0x04020000, "bit depth", "8 or 16 for colour type 2", "4")]
    [InlineData(8, 0x10030000, "bit depth", "1, 2, 4 or 8 for colour type 3", "16")]
    [InlineData(8, 0x08010000, "colour type", "0, 2, 3, 4 or 6", "1")]
    [InlineData(8, 0x08070000, "colour type", "0, 2, 3, 4 or 6", "7")]
    [InlineData(8, 0x08000100, "compression method", "0", "1")]
    [InlineData(8, 0x08000001, "filter method", "0", "1")]
    public void Header(int offset, uint value, string field, string expected, string found)
    {
        var chunks = s_gray.Chunks();
        BinaryPrimitives.WriteUInt32BigEndian(chunks[0].Data.AsSpan(offset), value);
        Refused(PngFile.Join(chunks), field, expected, found);
    }

    [Fact]
    public void Interlace_method() => Refused(Changed(s_gray, c => c[0].Data[12] = 2), "interlace method", "0 or 1", "2");

    [Fact]
    public void Header_of_another_length() =>
        Refused(Changed(s_gray, c => c[0] = ("IHDR", [.. c[0].Data, 0])), "length of IHDR", "13", "14");

    [Fact]
    public void Every_cut_is_refused()
    {
        var whole = s_indexed.ToBytes();
        for (var length = 0; length < whole.Length; length++)
            Refused(whole[..length]);
    }

    [Fact]
    public void Every_changed_bit_is_refused()
    {
        // All chunks carry sums, so no damage to a file goes unseen.
        var whole = s_indexed.ToBytes();
        for (var bit = 0; bit < 8 * whole.Length; bit++)
        {
            whole[bit / 8] ^= (byte)(1 << bit % 8);
            Refused(whole);
            whole[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public void Crc()
    {
        var file = s_gray.ToBytes();
        file[8 + 25 - 1] ^= 1;
        Assert.Contains("CRC of IHDR", Refused(file).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("without IHDR", "first chunk", "IHDR", "gAMA")]
    [InlineData("without IDAT", "chunks", "IDAT before IEND", "none")]
    [InlineData("without PLTE", "chunks", "PLTE before IDAT for colour type 3", "none")]
    [InlineData("two palettes", "chunks", "one PLTE, before IDAT", "a second one")]
    [InlineData("late palette", "chunks", "PLTE before IDAT for colour type 3", "none")]
    [InlineData("divided data", "chunks", "IDAT chunks one behind the other", "others between them")]
    [InlineData("unknown critical", "chunks", "PLTE, IDAT, IEND and ancillary ones behind IHDR", "ABCD")]
    [InlineData("two headers", "chunks", "PLTE, IDAT, IEND and ancillary ones behind IHDR", "IHDR")]
    [InlineData("late transparency", "chunks", "one tRNS, before IDAT, in a picture without alpha", "one behind it")]
    [InlineData("early transparency", "chunks", "PLTE before tRNS", "none")]
    [InlineData("long palette", "length of PLTE", "3 bytes for each of 1 to 16 colours", "51")]
    [InlineData("odd palette", "length of PLTE", "3 bytes for each of 1 to 16 colours", "31")]
    [InlineData("long transparency", "length of tRNS", "at most 10, as many as colours", "11")]
    [InlineData("full end", "length of IEND", "0", "1")]
    [InlineData("without IEND", "chunk at", "length, type and CRC", "0 bytes")]
    [InlineData("name", "type of the chunk at", "four letters", "41422D44")]
    public void Chunks(string fault, string field, string expected, string found) => Refused(
        Changed(s_indexed, chunks =>
        {
            var palette = chunks.FindIndex(c => c.Type == "PLTE");
            var data = chunks.FindIndex(c => c.Type == "IDAT");
            switch (fault)
            {
                case "without IHDR": chunks.RemoveAt(0); break;
                case "without IDAT": chunks.RemoveAll(c => c.Type == "IDAT"); break;
                case "without PLTE": chunks.RemoveAt(palette); break;
                case "two palettes": chunks.Insert(palette, chunks[palette]); break;
                case "late palette": (chunks[palette], chunks[data]) = (chunks[data], chunks[palette]); break;
                case "divided data":
                    var last = chunks.FindLastIndex(c => c.Type == "IDAT");
                    var half = chunks[last].Data;
                    chunks[last] = ("IDAT", half[..5]);
                    chunks.InsertRange(last + 1, [("tEXt", [1]), ("IDAT", half[5..])]);
                    break;
                case "unknown critical": chunks.Insert(1, ("ABCD", [])); break;
                case "two headers": chunks.Insert(1, chunks[0]); break;
                case "late transparency": chunks.Insert(chunks.Count - 1, ("tRNS", [1])); break;
                case "early transparency": chunks.Insert(palette, ("tRNS", [1])); break;
                case "long palette": chunks[palette] = ("PLTE", new byte[51]); break;
                case "odd palette": chunks[palette] = ("PLTE", new byte[31]); break;
                case "long transparency": chunks.Insert(palette + 1, ("tRNS", new byte[11])); break;
                case "full end": chunks[^1] = ("IEND", [0]); break;
                case "without IEND": chunks.RemoveAt(chunks.Count - 1); break;
                case "name": chunks.Insert(1, ("AB-D", [])); break;
            }
        }),
        field,
        expected,
        found);

    [Theory]
    [InlineData("short", "pixels", "154 bytes", "153, where the compressed data ends")]
    [InlineData("long", "pixels", "154 bytes", "more")]
    [InlineData("filter", "filter of row 1", "0 to 4", "5")]
    [InlineData("checksum", "compressed pixels", "data in zlib's format", "damage")]
    [InlineData("header", "compressed pixels", "data in zlib's format", "damage")]
    [InlineData("dictionary", "compressed pixels", "data in zlib's format", "damage")]
    public void Compressed_data(string fault, string field, string expected, string found)
    {
        var rows = s_gray.Rows();
        if (fault == "filter")
            rows[14] = 5;
        var data = PngFile.Deflate(fault switch { "short" => rows[..^1], "long" => [.. rows, 0], _ => rows });
        if (fault == "checksum")
            data[^1] ^= 1;
        if (fault == "header")
            data[0] = 0;
        if (fault == "dictionary")
            (data[0], data[1]) = (0x78, 0xbb);
        Refused(WithData(s_gray, data), field, expected, found);
    }

    [Fact]
    public void Index_beyond_the_palette()
    {
        var file = new PngFile
        {
            ColorType = 3,
            Sample = (x, y, _) => (x, y) == (12, 9) ? 10 : 9,
            Palette = s_indexed.Palette,
            Filter = _ => 4,
        };
        Refused(file.ToBytes(), "index in row 9", "0 to 9, as many as PLTE has", "10");
    }

    [Theory]
    [InlineData(9460, 9460, 0, 1, "at most 89478485 pixels", "9460 × 9460")]
    [InlineData(1000000, 1000000, 0, 1, "at most 89478485 pixels", "1000000 × 1000000")]
    public void Too_many_pixels(int width, int height, int type, int depth, string expected, string found) =>
        Refused(Bomb(width, height, type, depth, new byte[100]), "size", expected, found);

    [Fact]
    public void Limits_can_be_set()
    {
        var options = new ImageReadOptions { MaxPixels = 13 * 11 - 1 };
        Assert.Equal("size", Assert.Throws<MalformedFileException>(() => Image.Decode(s_gray.ToBytes(), "a", options)).Field);
        Assert.Equal(13, Image.Decode(s_gray.ToBytes(), "a", new ImageReadOptions { MaxPixels = 13 * 11 }).Width);
    }

    [Fact]
    public void Little_data_for_much_picture_is_refused_at_once() => Refused(
        Bomb(9000, 9000, 0, 8, new byte[100]), "pixels", "81009000 bytes of 9000 × 9000", "100 compressed ones, which cannot hold them");

    /// <summary>Zeros, well compressed, that stop short of the last row; wrong at the very end; with an index that there is not.</summary>
    [Theory]
    [InlineData(9000, 9000, 0, 8, "short")]
    [InlineData(9000, 9000, 6, 16, "short")]
    [InlineData(9000, 9000, 2, 8, "checksum")]
    [InlineData(900000, 99, 6, 16, "checksum")]
    [InlineData(99, 900000, 3, 1, "index")]
    [InlineData(900000, 99, 3, 8, "index")]
    [InlineData(9000, 9000, 3, 4, "filter")]
    public void Bombs(int width, int height, int type, int depth, string fault)
    {
        var samples = type switch { 2 => 3, 6 => 4, _ => 1 };
        var row = 1 + (width * samples * depth + 7) / 8;
        using var data = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(data, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            var bytes = new byte[row];
            for (var y = 0; y < height - 1; y++)
                zlib.Write(bytes);
            if (fault == "filter")
                bytes[0] = 9;
            if (fault == "index")
                bytes.AsSpan(1).Fill(255);
            zlib.Write(fault == "short" ? bytes.AsSpan(1) : bytes);
        }
        var compressed = data.ToArray();
        if (fault == "checksum")
            compressed[^1] ^= 1;
        Refused(Bomb(width, height, type, depth, compressed));
    }

    [Theory]
    [InlineData("P5\n", "width", "a number", "the end of the file")]
    [InlineData("P5\n# only a comment", "width", "a number", "the end of the file")]
    [InlineData("P5\n2 x", "height", "a number", "byte 0x78 at 5")]
    [InlineData("P5\n2 -2 255\n", "height", "a number", "byte 0x2d at 5")]
    [InlineData("P5\n0 2 255\n", "width", "1 to 1000000", "0")]
    [InlineData("P5\n2 99999999999999999999 255\n", "height", "1 to 1000000", "1000000000")]
    [InlineData("P5\n100000 100000 255\n", "size", "at most 89478485 pixels", "100000 × 100000")]
    [InlineData("P5\n2 2 0\n", "maximum", "1 to 65535", "0")]
    [InlineData("P5\n2 2 65536\n", "maximum", "1 to 65535", "65536")]
    [InlineData("P5\n2 2 255", "maximum", "a white space behind it", "the end of the file")]
    [InlineData("P5\n2 2 255\nabc", "samples", "4 bytes", "3")]
    [InlineData("P6\n2 2 256\nabcdefghijklmnopqrstuvw", "samples", "24 bytes", "23")]
    [InlineData("P5\n9000 9000 255\nabc", "samples", "81000000 bytes", "3")]
    [InlineData("P5\n2 2 98\nabca", "sample 2", "0 to 98", "99")]
    [InlineData("P2\n2 2 255\n1 2 3", "samples", "4", "room for 3")]
    [InlineData("P2\n9000 9000 255\n1 2 3", "samples", "81000000", "room for 3")]
    [InlineData("P2\n2 2 255\n1 2 3    ", "samples", "a number", "the end of the file")]
    [InlineData("P2\n2 2 255\n1 2 3 a ", "samples", "a number", "byte 0x61 at 17")]
    [InlineData("P3\n1 1 7\n1 8 3 ", "sample 1", "0 to 7", "8")]
    public void Pnm(string file, string field, string expected, string found) =>
        Refused(Encoding.ASCII.GetBytes(file), field, expected, found);

    /// <summary>Changes at random, with the sums put right so that they reach the decoder behind them.</summary>
    [Fact]
    public void Mutations_give_an_answer_or_a_clear_exception()
    {
        var random = new Random(1);
        PngFile[] seeds =
        [
            s_gray,
            s_indexed,
            new() { ColorType = 6, Depth = 16, Interlaced = true, Sample = PngDecoderTests.Sample8, Filter = row => row % 5 },
            new() { ColorType = 2, Sample = PngDecoderTests.Sample8, Transparency = new byte[6], Interlaced = true },
        ];
        var (answers, refusals) = (0, 0);
        for (var i = 0; i < 4000; i++)
        {
            var chunks = seeds[i % seeds.Length].Chunks();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                var at = random.Next(chunks.Count);
                var (type, data) = chunks[at];
                data = [.. data];
                switch (random.Next(6))
                {
                    case 0: chunks.RemoveAt(at); break;
                    case 1: chunks.Insert(random.Next(chunks.Count), (type, data)); break;
                    case 2: chunks[at] = (type, data[..random.Next(data.Length + 1)]); break;
                    default:
                        if (data.Length > 0)
                            data[random.Next(data.Length)] = (byte)random.Next(256);
                        chunks[at] = (type, data);
                        break;
                }
                if (chunks.Count == 0)
                    break;
            }
            var file = PngFile.Join(chunks);
            if (i % 3 == 0)
                file = file[..random.Next(file.Length + 1)];
            try
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                Image.Decode(file);
                answers++;
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * file.Length + Allowed);
            }
            catch (MalformedFileException)
            {
                refusals++;
            }
        }
        Assert.True(answers > 100 && refusals > 1000, $"{answers} answers, {refusals} refusals");
    }

    private static byte[] Changed(PngFile file, Action<List<(string Type, byte[] Data)>> change)
    {
        var chunks = file.Chunks();
        change(chunks);
        return PngFile.Join(chunks);
    }

    private static byte[] WithData(PngFile file, byte[] data) => Changed(file, chunks =>
    {
        var at = chunks.FindIndex(c => c.Type == "IDAT");
        chunks.RemoveAll(c => c.Type == "IDAT");
        chunks.Insert(at, ("IDAT", data));
    });

    /// <summary>A file that says it is of that size, with data of another one.</summary>
    private static byte[] Bomb(int width, int height, int type, int depth, byte[] data)
    {
        var header = new PngFile { Width = width, Height = height, ColorType = type, Depth = depth, Sample = (_, _, _) => 0 }.Header();
        List<(string, byte[])> chunks = [("IHDR", header), ("IDAT", data), ("IEND", [])];
        if (type == 3)
            chunks.Insert(1, ("PLTE", new byte[3]));
        return PngFile.Join(chunks);
    }

    private static void Refused(byte[] file, string field, string expected, string found)
    {
        var refused = Refused(file);
        Assert.StartsWith(field, refused.Field, StringComparison.Ordinal);
        Assert.Equal(expected, refused.Expected);
        Assert.Contains(found, refused.Found, StringComparison.Ordinal);
    }

    private static MalformedFileException Refused(byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = Assert.Throws<MalformedFileException>(() => Image.Decode(file, "a.png"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, file.Length + Allowed);
        Assert.Equal("a.png", refused.Path);
        return refused;
    }
}
