using NetCompiler.Runtime;

namespace NetCompiler.Training.Data;

/// <summary>
/// Turns pictures about their middle by a random angle, bilinear, as torchvision's RandomRotation with BILINEAR does; what comes from
/// outside is filled.
/// </summary>
public sealed record Rotate : IAugmentation
{
    private readonly double _degrees;
    private readonly float _fill;

    /// <summary>Chooses the angle.</summary>
    /// <param name="degrees">The largest, either way: 0 to 180.</param>
    /// <param name="fill">What comes from outside, 0 to 1 for pictures of bytes.</param>
    public Rotate(double degrees, float fill = 0f)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(degrees);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(degrees, 180);
        (_degrees, _fill) = (degrees, fill);
    }

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<float> source, ImageShape shape, Span<float> destination, ref RandomStream random)
    {
        var (sine, cosine) = Math.SinCos(random.NextDouble(-_degrees, _degrees) * (Math.PI / 180));
        var (middleX, middleY) = ((shape.Width - 1) / 2.0, (shape.Height - 1) / 2.0);
        for (var y = 0; y < shape.Height; y++)
        {
            for (var x = 0; x < shape.Width; x++)
            {
                // Where the pixel comes from: the angle turned back.
                var (dx, dy) = (x - middleX, y - middleY);
                var fromX = cosine * dx - sine * dy + middleX;
                var fromY = sine * dx + cosine * dy + middleY;
                var (left, top) = ((int)Math.Floor(fromX), (int)Math.Floor(fromY));
                var (partX, partY) = ((float)(fromX - left), (float)(fromY - top));
                for (var channel = 0; channel < shape.Channels; channel++)
                {
                    var plane = source.Slice(channel * shape.PlaneLength, shape.PlaneLength);
                    var above = Mix(At(plane, shape, top, left), At(plane, shape, top, left + 1), partX);
                    var below = Mix(At(plane, shape, top + 1, left), At(plane, shape, top + 1, left + 1), partX);
                    destination[channel * shape.PlaneLength + y * shape.Width + x] = Mix(above, below, partY);
                }
            }
        }
    }

    private static float Mix(float one, float other, float part) => one + (other - one) * part;

    private float At(ReadOnlySpan<float> plane, ImageShape shape, int y, int x) =>
        (uint)y < (uint)shape.Height && (uint)x < (uint)shape.Width ? plane[y * shape.Width + x] : _fill;
}
