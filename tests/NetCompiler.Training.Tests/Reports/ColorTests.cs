using NetCompiler.Training.Reports;

namespace NetCompiler.Training.Tests.Reports;

public sealed class ColorTests
{
    [Fact]
    public void Viridis_grows_lighter_step_by_step()
    {
        Assert.Equal((0x44, 0x01, 0x54), ColorMap.Viridis[0]);
        Assert.Equal((0xfd, 0xe7, 0x25), ColorMap.Viridis[1]);
        var lightness = Enumerable.Range(0, 101).Select(i => Luma(ColorMap.Viridis[i / 100.0])).ToList();
        Assert.All(lightness.Zip(lightness.Skip(1)), pair => Assert.True(pair.Second > pair.First));
    }

    [Fact]
    public void Zero_is_white_and_signs_are_blue_and_red()
    {
        Assert.Equal((0xf7, 0xf7, 0xf7), ColorMap.BlueWhiteRed[0.5]);
        Assert.True(ColorMap.BlueWhiteRed[0.2].Blue > ColorMap.BlueWhiteRed[0.2].Red);
        Assert.True(ColorMap.BlueWhiteRed[0.8].Red > ColorMap.BlueWhiteRed[0.8].Blue);
    }

    [Fact]
    public void What_is_outside_counts_as_the_end()
    {
        Assert.Equal(ColorMap.Gray[0], ColorMap.Gray[-3]);
        Assert.Equal(ColorMap.Gray[1], ColorMap.Gray[7]);
        Assert.Equal(ColorMap.Gray[0], ColorMap.Gray[double.NaN]);
        Assert.Equal((128, 128, 128), ColorMap.Gray[0.5]);
    }

    [Fact]
    public void Maps_share_their_colours()
    {
        var grid = new MapGrid([0, 1, 2, 3, 4, float.NaN], 3, 1, 2) { Alternative = "numbers" };
        var image = grid.ToImage(columns: 2, scale: 3);
        Assert.Equal((2 * 6 + 2, 2 * 3 + 2, 4), (image.Width, image.Height, image.Channels));
        Assert.Equal(ColorMap.Viridis[0], Color(0, 0));
        Assert.Equal(ColorMap.Viridis[0.25], Color(3, 2));
        Assert.Equal(ColorMap.Viridis[0.75], Color(13, 0));
        Assert.Equal(ColorMap.Viridis[1], Color(2, 7));
        // Between maps, where no map is, and where there is no number.
        Assert.Equal((0, 0, 0), (image[6, 0, 3], image[8, 7, 3], image[3, 5, 3]));

        (byte, byte, byte) Color(int x, int y) => (image[x, y, 0], image[x, y, 1], image[x, y, 2]);
    }

    [Fact]
    public void Signed_maps_lie_around_white()
    {
        var image = new MapGrid([-1, 0, 4], 1, 1, 3) { Alternative = "numbers" }.ToImage(columns: 1, scale: 1);
        Assert.Equal(ColorMap.BlueWhiteRed[0.375], (image[0, 0, 0], image[0, 0, 1], image[0, 0, 2]));
        Assert.Equal(0xf7, image[1, 0, 0]);
    }

    [Fact]
    public void Other_lengths_are_refused() =>
        Assert.Contains(
            "expected 6 numbers, found 5",
            Assert.Throws<ArgumentException>(() => new MapGrid(new float[5], 1, 2, 3) { Alternative = "" }).Message,
            StringComparison.Ordinal);

    private static double Luma((byte Red, byte Green, byte Blue) color) => 0.299 * color.Red + 0.587 * color.Green + 0.114 * color.Blue;
}
