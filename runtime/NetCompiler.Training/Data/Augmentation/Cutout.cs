using NetCompiler.Runtime;

namespace NetCompiler.Training.Data;

/// <summary>
/// Covers squares of a picture (DeVries and Taylor, Improved Regularization of Convolutional Neural Networks with Cutout, 2017). Their
/// middle lies anywhere in the picture, so that a part of a square may be outside.
/// </summary>
public sealed record Cutout : IAugmentation
{
    private readonly int _size;
    private readonly int _count;
    private readonly float _fill;

    /// <summary>Chooses the squares.</summary>
    /// <param name="size">Rows and columns of a square, at least 1.</param>
    /// <param name="count">How many squares, at least 1.</param>
    /// <param name="fill">What they hold, 0 to 1 for pictures of bytes.</param>
    public Cutout(int size, int count = 1, float fill = 0f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (_size, _count, _fill) = (size, count, fill);
    }

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<float> source, ImageShape shape, Span<float> destination, ref RandomStream random)
    {
        source.CopyTo(destination);
        for (var i = 0; i < _count; i++)
        {
            var top = random.NextInt32(shape.Height) - _size / 2;
            var left = random.NextInt32(shape.Width) - _size / 2;
            var (bottom, right) = (Math.Min((long)top + _size, shape.Height), Math.Min((long)left + _size, shape.Width));
            (top, left) = (Math.Max(0, top), Math.Max(0, left));
            for (var channel = 0; channel < shape.Channels; channel++)
            {
                for (var y = top; y < bottom; y++)
                    destination.Slice((channel * shape.Height + y) * shape.Width + left, (int)(right - left)).Fill(_fill);
            }
        }
    }
}
