using NetCompiler.Runtime;

namespace NetCompiler.Training.Data;

/// <summary>
/// Cuts out a rectangle anywhere, after padding all around, as torchvision's RandomCrop does. Pictures that are to be as they are have
/// their middle cut out (CenterCrop).
/// </summary>
public sealed record RandomCrop : IAugmentation
{
    private readonly int _height;
    private readonly int _width;
    private readonly int _padding;
    private readonly float _fill;

    /// <summary>Chooses the rectangle.</summary>
    /// <param name="height">Its rows, at least 1.</param>
    /// <param name="width">Its columns, at least 1.</param>
    /// <param name="padding">Rows and columns that are added on each side first, 0 or more.</param>
    /// <param name="fill">What they hold, 0 to 1 for pictures of bytes.</param>
    public RandomCrop(int height, int width, int padding = 0, float fill = 0f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        (_height, _width, _padding, _fill) = (height, width, padding, fill);
    }

    /// <inheritdoc/>
    public ImageShape OutputShape(ImageShape input)
    {
        if (_height > input.Height + 2L * _padding || _width > input.Width + 2L * _padding)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"RandomCrop: expected pictures of at least {_height} × {_width} with a padding of {_padding}, found {input}."));
        }
        return input with { Height = _height, Width = _width };
    }

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<float> source, ImageShape shape, Span<float> destination, ref RandomStream random)
    {
        var top = random.NextInt32(shape.Height + 2 * _padding - _height + 1) - _padding;
        var left = random.NextInt32(shape.Width + 2 * _padding - _width + 1) - _padding;
        Cut(source, shape, destination, top, left);
    }

    /// <inheritdoc/>
    public void ApplyPlain(ReadOnlySpan<float> source, ImageShape shape, Span<float> destination) =>
        Cut(source, shape, destination, (int)Math.Floor((shape.Height - _height) / 2.0), (int)Math.Floor((shape.Width - _width) / 2.0));

    private void Cut(ReadOnlySpan<float> source, ImageShape shape, Span<float> destination, int top, int left)
    {
        var first = Math.Clamp(-left, 0, _width);
        var count = Math.Max(0, Math.Min(_width, shape.Width - left) - first);
        for (var row = 0; row < shape.Channels * _height; row++)
        {
            var to = destination.Slice(row * _width, _width);
            var y = top + row % _height;
            if (y < 0 || y >= shape.Height || count == 0)
            {
                to.Fill(_fill);
                continue;
            }
            to[..first].Fill(_fill);
            source.Slice((row / _height * shape.Height + y) * shape.Width + left + first, count).CopyTo(to[first..]);
            to[(first + count)..].Fill(_fill);
        }
    }
}
