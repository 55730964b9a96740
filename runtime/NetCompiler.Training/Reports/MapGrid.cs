using NetCompiler.Imaging;
using static System.FormattableString;

namespace NetCompiler.Training.Reports;

/// <summary>
/// Maps of numbers (learned filters, feature maps) in a grid, in colours that all of them share, with a scale that says what the
/// colours mean: amounts from zero in viridis, signed numbers around a white zero.
/// </summary>
public sealed class MapGrid : Figure
{
    private const int Gap = 2;

    private readonly float[] _values;
    private readonly int _count;
    private readonly int _height;
    private readonly int _width;

    /// <summary>Makes a grid.</summary>
    /// <param name="values">The numbers, (count, height, width). They are copied.</param>
    /// <param name="count">How many maps, at least 1.</param>
    /// <param name="height">Rows of a map, at least 1.</param>
    /// <param name="width">Numbers in a row of a map, at least 1.</param>
    /// <exception cref="ArgumentException">There are more or fewer numbers.</exception>
    public MapGrid(ReadOnlySpan<float> values, int count, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (values.Length != (long)count * height * width)
        {
            throw new ArgumentException(
                Invariant($"{count} maps of {height} × {width}: expected {(long)count * height * width} numbers, found {values.Length}."),
                nameof(values));
        }
        _values = values.ToArray();
        _count = count;
        _height = height;
        _width = width;
        foreach (var value in values)
        {
            if (float.IsFinite(value))
                (Minimum, Maximum) = (Math.Min(Minimum, value), Math.Max(Maximum, value));
        }
    }

    /// <summary>How many maps stand side by side; 0 for a grid about as wide as the page.</summary>
    public int ColumnCount { get; init; }

    /// <summary>How many pixels of the screen a number is wide and high; 0 for what fits.</summary>
    public int Scale { get; init; }

    /// <summary>What is said to those who do not see it.</summary>
    public required string Alternative { get; init; }

    /// <summary>The smallest number, or 0 if none is less.</summary>
    public float Minimum { get; }

    /// <summary>The largest number, or 0 if none is more.</summary>
    public float Maximum { get; }

    /// <summary>Whether some numbers are less than 0.</summary>
    public bool IsSigned => Minimum < 0;

    /// <summary>The grid as an image, with transparent lines between the maps.</summary>
    /// <param name="columns">How many maps stand side by side, at least 1.</param>
    /// <param name="scale">How many pixels a number is wide and high, at least 1.</param>
    public Image ToImage(int columns, int scale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        columns = Math.Min(columns, _count);
        var rows = (_count + columns - 1) / columns;
        var (stepX, stepY) = (_width * scale + Gap, _height * scale + Gap);
        var image = new Image(columns * stepX - Gap, rows * stepY - Gap, 4);
        var map = IsSigned ? ColorMap.BlueWhiteRed : ColorMap.Viridis;
        var bound = Math.Max(-Minimum, Maximum);
        for (var i = 0; i < _values.Length; i++)
        {
            if (!float.IsFinite(_values[i]))
                continue;
            var part = bound == 0 ? 0 : _values[i] / bound;
            var (red, green, blue) = map[IsSigned ? 0.5 + part / 2 : part];
            var tile = i / (_width * _height);
            var left = tile % columns * stepX + i % _width * scale;
            var top = tile / columns * stepY + i / _width % _height * scale;
            for (var y = top; y < top + scale; y++)
            {
                var row = image.Row(y).Slice(4 * left, 4 * scale);
                for (var x = 0; x < row.Length; x += 4)
                    (row[x], row[x + 1], row[x + 2], row[x + 3]) = (red, green, blue, 255);
            }
        }
        return image;
    }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter writer)
    {
        const int PageWidth = 1000;
        const int MapSize = 64;
        var scale = Scale > 0 ? Scale : Math.Clamp(MapSize / Math.Max(_width, _height), 1, 16);
        var columns = ColumnCount;
        if (columns == 0)
        {
            // As many rows as it takes, and all of the same length if the number of maps allows that.
            var most = Math.Clamp((PageWidth + Gap) / (_width * scale + Gap), 1, _count);
            var rows = (_count + most - 1) / most;
            columns = (_count + rows - 1) / rows;
        }
        new Picture(ToImage(columns, scale), Alternative).WriteTo(writer);
        WriteScale(writer);
    }

    private void WriteScale(HtmlWriter writer)
    {
        const int Steps = 64;
        var bound = Math.Max(-Minimum, Maximum);
        var bar = new Image(Steps, 1, 3);
        var map = IsSigned ? ColorMap.BlueWhiteRed : ColorMap.Viridis;
        for (var x = 0; x < Steps; x++)
            (bar[x, 0, 0], bar[x, 0, 1], bar[x, 0, 2]) = map[x / (Steps - 1.0)];
        writer.Begin("div", ("class", "scale")).Element("span", IsSigned ? Label(-bound) : "0");
        writer.Empty(
            "img",
            ("alt", "scale of colours"),
            ("width", "128"),
            ("height", "8"),
            ("src", "data:image/png;base64," + Convert.ToBase64String(bar.ToPng())));
        writer.Element("span", Label(bound)).End();
    }

    private static string Label(float value) => (value < 0 ? "−" : "") + HtmlWriter.Number(Math.Abs(value), Math.Abs(value) < 10 ? 2 : 0);
}
