using NetCompiler.Imaging;
using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Imaging;

public class PngDecoderTests
{
    /// <summary>Colour type, depth, interlacing: all that the standard allows.</summary>
    public static TheoryData<int, int, bool> Kinds()
    {
        var kinds = new TheoryData<int, int, bool>();
        foreach (var (type, depths) in new[] { (0, new[] { 1, 2, 4, 8, 16 }), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16]) })
        {
            foreach (var depth in depths)
            {
                kinds.Add(type, depth, false);
                kinds.Add(type, depth, true);
            }
        }
        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_with_every_filter_and_size(int type, int depth, bool interlaced)
    {
        // Sizes at which passes of Adam7 are empty, rows end within a byte, and all is whole.
        foreach (var (width, height) in new[] { (1, 1), (2, 3), (3, 2), (4, 5), (5, 4), (7, 9), (8, 8), (13, 11), (33, 18) })
        {
            for (var filter = 0; filter <= 5; filter++)
            {
                var kind = filter;
                var file = new PngFile
                {
                    Width = width,
                    Height = height,
                    ColorType = type,
                    Depth = depth,
                    Interlaced = interlaced,
                    Filter = row => kind == 5 ? row % 5 : kind,
                    Sample = (x, y, c) => Sample(x, y, c) & ((1 << depth) - 1),
                    Palette = type == 3 ? Palette(1 << depth) : null,
                };
                Assert.Equal(Expected(file), Decoded(file));
            }
        }
    }

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(0, 4, true)]
    [InlineData(0, 8, false)]
    [InlineData(0, 16, true)]
    [InlineData(2, 8, true)]
    [InlineData(2, 16, false)]
    [InlineData(3, 2, true)]
    [InlineData(3, 8, false)]
    public void Transparency(int type, int depth, bool interlaced)
    {
        var mask = (1 << depth) - 1;
        // For 16 bits the colours that have only their upper byte in common are opaque.
        int[] clear = [Sample(3, 2, 0) & mask, Sample(3, 2, 1) & mask, Sample(3, 2, 2) & mask];
        var file = new PngFile
        {
            ColorType = type,
            Depth = depth,
            Interlaced = interlaced,
            Sample = (x, y, c) => (x, y) is (3, 2) or (5, 7) ? clear[c] : (x, y) is (6, 6) ? clear[c] ^ 1 : Sample(x, y, c) & mask,
            Palette = type == 3 ? Palette(1 << depth) : null,
            Transparency = type switch
            {
                0 => [(byte)(clear[0] >> 8), (byte)clear[0]],
                2 => [.. clear.SelectMany(c => new[] { (byte)(c >> 8), (byte)c })],
                _ => [0, 100, 200],
            },
        };
        var image = Image.Decode(file.ToBytes());
        Assert.Equal(type == 0 ? 2 : 4, image.Channels);
        Assert.Equal(Expected(file), image.Pixels.ToArray());
        if (type != 3)
            Assert.Equal((0, 0, 255), (image[3, 2, image.Channels - 1], image[5, 7, image.Channels - 1], image[6, 6, image.Channels - 1]));
    }

    [Fact]
    public void Depth_16_is_rounded()
    {
        var file = new PngFile { Width = 256, Height = 256, Depth = 16, Sample = (x, y, _) => y << 8 | x };
        var image = Image.Decode(file.ToBytes());
        for (var value = 0; value < 65536; value++)
            Assert.Equal((byte)Math.Round(value * 255 / 65535.0), image.Pixels[value]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100000)]
    public void Data_may_be_cut_anywhere(int chunk)
    {
        var file = new PngFile { Sample = Sample8, DataChunk = chunk };
        Assert.Equal(Expected(file), Decoded(file));
    }

    [Fact]
    public void Empty_data_chunks_and_bytes_behind_the_end_do_no_harm()
    {
        var file = new PngFile { Sample = Sample8 };
        var chunks = file.Chunks();
        chunks.Insert(chunks.FindIndex(c => c.Type == "IDAT") + 1, ("IDAT", []));
        Assert.Equal(Expected(file), Image.Decode([.. PngFile.Join(chunks), 1, 2, 3]).Pixels.ToArray());
    }

    [Fact]
    public void Reads_files_streams_and_pipes()
    {
        using var folder = new TemporaryFolder();
        var file = new PngFile { Width = 200, Height = 100, Sample = Sample8 };
        var bytes = file.ToBytes();
        File.WriteAllBytes(folder.File("a.png"), bytes);
        Assert.Equal(Expected(file), Image.Load(folder.File("a.png")).Pixels.ToArray());
        using var stream = new MemoryStream([9, 9, .. bytes]) { Position = 2 };
        Assert.Equal(Expected(file), Image.Load(stream).Pixels.ToArray());
        using var pipe = new Pipe(bytes);
        Assert.Equal(Expected(file), Image.Load(pipe).Pixels.ToArray());
    }

    [Fact]
    public void Large_pictures_are_read_after_a_look()
    {
        // 24 MB of pixels in a file of a few kilobytes: more than is trusted at once.
        var file = new PngFile { Width = 6000, Height = 4000, Depth = 1, Sample = (x, y, _) => y == 3999 ? x & 1 : 0 };
        var image = Image.Decode(file.ToBytes());
        Assert.Equal([0, 255, 0], image.Row(3999)[..3].ToArray());
        Assert.Equal(0, image[5999, 3998]);
    }

    internal static int Sample8(int x, int y, int c) => Sample(x, y, c) & 255;

    private static int Sample(int x, int y, int c) => (x * 40503 + y * 9973 + c * 30011 + x * y * 257 + 12345) & 0xffff;

    private static byte[] Palette(int colors) => [.. Enumerable.Range(0, 3 * colors).Select(i => (byte)(i * 37 + 11))];

    private static byte[] Decoded(PngFile file)
    {
        var image = Image.Decode(file.ToBytes());
        Assert.Equal((file.Width, file.Height), (image.Width, image.Height));
        return image.Pixels.ToArray();
    }

    private static byte[] Expected(PngFile file)
    {
        var pixels = new List<byte>();
        for (var y = 0; y < file.Height; y++)
        {
            for (var x = 0; x < file.Width; x++)
            {
                int[] samples = [.. Enumerable.Range(0, file.Channels).Select(c => file.Sample(x, y, c))];
                if (file.ColorType == 3)
                {
                    pixels.AddRange(file.Palette!.AsSpan(3 * samples[0], 3));
                    if (file.Transparency is { } alphas)
                        pixels.Add(samples[0] < alphas.Length ? alphas[samples[0]] : (byte)255);
                    continue;
                }
                pixels.AddRange(samples.Select(s => (byte)Math.Round(s * 255.0 / ((1 << file.Depth) - 1))));
                if (file.Transparency is not { } color)
                    continue;
                var isTransparent = samples.Select((s, c) => s == (color[2 * c] << 8 | color[2 * c + 1])).All(same => same);
                pixels.Add(isTransparent ? (byte)0 : (byte)255);
            }
        }
        return [.. pixels];
    }

    private sealed class Pipe(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 100));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 100)]);
    }
}
