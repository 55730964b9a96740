using System.Text.Json;
using NetCompiler.Imaging;
using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Imaging;

public class ImageTests
{
    private static readonly Dictionary<string, byte[]> s_pillow = JsonSerializer.Deserialize<Dictionary<string, byte[]>>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "pillow.json")))!;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Png_round_trip(int channels)
    {
        using var folder = new TemporaryFolder();
        foreach (var (width, height) in new[] { (1, 1), (17, 23), (300, 2) })
        {
            var image = Picture(width, height, channels);
            image.SavePng(folder.File("a.png"));
            var back = Image.Load(folder.File("a.png"));
            Assert.Equal((width, height, channels), (back.Width, back.Height, back.Channels));
            Assert.Equal(image.Pixels.ToArray(), back.Pixels.ToArray());
            Assert.Equal(File.ReadAllBytes(folder.File("a.png")), image.ToPng());
        }
        Assert.Equal(["a.png"], folder.Names());
    }

    [Fact]
    public void Filters_pay()
    {
        // A ramp compresses to next to nothing once rows and columns are subtracted.
        var image = new Image(256, 256, 1);
        for (var y = 0; y < 256; y++)
        {
            for (var x = 0; x < 256; x++)
                image[x, y] = (byte)(x + y);
        }
        Assert.InRange(image.ToPng().Length, 60, 1000);
    }

    /// <summary>tests/fixtures/make_image_fixtures.py made the numbers with Pillow.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Resizes_as_Pillow(int channels)
    {
        foreach (var (width, height) in new[] { (37, 29), (5, 7), (60, 40), (37, 10), (9, 29), (1, 1), (100, 3) })
        {
            var resized = Picture(37, 29, channels).Resize(width, height);
            Assert.Equal((width, height, channels), (resized.Width, resized.Height, resized.Channels));
            Assert.Equal(s_pillow[$"resize {channels} {width}x{height}"], resized.Pixels.ToArray());
        }
    }

    [Fact]
    public void Greys_as_Pillow()
    {
        Assert.Equal(s_pillow["gray"], Picture(37, 29, 3).ToGray().Pixels.ToArray());
        Assert.Equal(s_pillow["gray"], WithAlpha(Picture(37, 29, 3)).ToGray().Pixels.ToArray());
        Assert.Equal(Picture(37, 29, 1).Pixels.ToArray(), Picture(37, 29, 1).ToRgb().ToGray().Pixels.ToArray());
    }

    [Fact]
    public void Colour_of_grey_and_of_alpha()
    {
        Assert.Equal([5, 5, 5, 9, 9, 9], new Image(2, 1, 1, [5, 9]).ToRgb().Pixels.ToArray());
        Assert.Equal([5, 5, 5, 9, 9, 9], new Image(2, 1, 2, [5, 0, 9, 1]).ToRgb().Pixels.ToArray());
        Assert.Equal([1, 2, 3], new Image(1, 1, 4, [1, 2, 3, 4]).ToRgb().Pixels.ToArray());
    }

    [Fact]
    public void Over_a_background()
    {
        Assert.Equal([255, 0, 128], new Image(3, 1, 2, [9, 0, 0, 255, 0, 127]).Over(255).Pixels.ToArray());
        Assert.Equal([100, 40, 20], new Image(1, 1, 4, [200, 80, 40, 128]).Over(0).Pixels.ToArray());
        Assert.Equal([1, 2, 3], new Image(1, 1, 3, [1, 2, 3]).Over(77).Pixels.ToArray());
    }

    [Fact]
    public void Inverts_all_but_alpha()
    {
        Assert.Equal([250, 30], new Image(1, 1, 2, [5, 30]).Invert().Pixels.ToArray());
        Assert.Equal([254, 253, 252], new Image(1, 1, 3, [1, 2, 3]).Invert().Pixels.ToArray());
    }

    [Fact]
    public void Crops()
    {
        var image = Picture(5, 4, 3);
        var crop = image.Crop(1, 2, 3, 2);
        Assert.Equal((3, 2, 3), (crop.Width, crop.Height, crop.Channels));
        Assert.Equal((image[1, 2, 0], image[3, 3, 2]), (crop[0, 0, 0], crop[2, 1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(3, 0, 3, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(0, -1, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(0, 0, 1, 0));
    }

    [Fact]
    public void Channels_first_and_back()
    {
        var image = new Image(2, 1, 3, [1, 2, 3, 4, 5, 6]);
        var planes = new byte[6];
        image.ToChannelsFirst(planes);
        Assert.Equal([1, 4, 2, 5, 3, 6], planes);
        Assert.Equal(image.Pixels.ToArray(), Image.FromChannelsFirst(planes, 3, 1, 2).Pixels.ToArray());

        var floats = new float[6];
        image.ToChannelsFirst(floats);
        Assert.Equal(4 / 255f, floats[1]);
        image.ToChannelsFirst(floats, [0.5f, 0f, 0.25f], [0.5f, 1f, 2f]);
        Assert.Equal([(4 / 255f - 0.5f) * 2, 2 / 255f, (3 / 255f - 0.25f) / 2], [floats[1], floats[2], floats[4]]);
    }

    [Fact]
    public void Wrong_arguments()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Image(0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Image(1, 1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Image(100000, 100000, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Image(1, 1, 1).Resize(1, 0));
        Says("expected 6 samples, found 5", () => new Image(2, 1, 3, new byte[5]));
        Says("expected 6 samples, found 7", () => Image.FromChannelsFirst(new byte[7], 3, 1, 2));
        Says("expected room for 6 samples, found 5", () => new Image(2, 1, 3).ToChannelsFirst(new byte[5]));
        Says("expected 3 numbers or none, found 1", () => new Image(2, 1, 3).ToChannelsFirst(new float[6], [0.5f]));
        Assert.Throws<IndexOutOfRangeException>(() => new Image(2, 1, 3)[2, 0, 0]);

        static void Says(string text, Action action) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Real_pictures()
    {
        // Where they are at hand, beside the repository; else this test has nothing to add.
        if (PublicImages.Find() is not { } folder)
        {
            Console.WriteLine("Real_pictures: skipped, no pictures at hand (NETCOMPILER_DATA, or shared/data beside the repository)");
            return;
        }
        foreach (var (name, width, height, channels) in new[]
        {
            ("astronaut", 512, 512, 3), ("brick", 512, 512, 1), ("camera", 512, 512, 1), ("chelsea", 451, 300, 3), ("coffee", 600, 400, 3),
            ("coins", 384, 303, 1),
        })
        {
            var image = Image.Load(Path.Combine(folder, name + ".png"));
            Assert.Equal((width, height, channels), (image.Width, image.Height, image.Channels));
            Assert.Equal(image.Pixels.ToArray(), Image.Decode(image.ToPng()).Pixels.ToArray());
        }
        Assert.Equal("JPEG", Assert.Throws<MalformedFileException>(() => Image.Load(Path.Combine(folder, "rocket.jpg"))).Found);
    }

    /// <summary>The picture that make_image_fixtures.py draws.</summary>
    private static Image Picture(int width, int height, int channels)
    {
        var image = new Image(width, height, channels);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var c = 0; c < channels; c++)
                    image[x, y, c] = (byte)(x * 7 + y * 13 + c * 29 + x * y * (c + 1) / 3);
            }
        }
        return image;
    }

    private static Image WithAlpha(Image rgb)
    {
        var image = new Image(rgb.Width, rgb.Height, 4);
        for (var i = 0; i < rgb.Width * rgb.Height; i++)
            rgb.Pixels.Slice(3 * i, 3).CopyTo(image.Pixels[(4 * i)..]);
        return image;
    }
}
