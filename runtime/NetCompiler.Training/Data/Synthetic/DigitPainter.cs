using NetCompiler.Runtime;

namespace NetCompiler.Training.Data;

/// <summary>Draws digits, each as another hand would: one painter for each thread, since it keeps buffers.</summary>
/// <remarks>
/// Only +, −, ×, ÷ and √ are used, which IEEE 754 rounds the same way everywhere, so that the same seed gives the same pictures on
/// every platform; libraries of sines do not.
/// </remarks>
internal sealed class DigitPainter
{
    private const int Size = SyntheticDigits.Size;

    private readonly List<PenPoint> _path = [];
    private readonly List<(PenPoint From, PenPoint To, double Radius)> _lines = [];
    private readonly double[] _distance = new double[Size * Size];

    /// <summary>Draws one digit.</summary>
    /// <param name="digit">0 to 9.</param>
    /// <param name="random">Decides on everything else.</param>
    /// <param name="pixels">Size × Size bytes, row by row: 0 is background, 255 full ink.</param>
    public void Paint(int digit, ref RandomStream random, Span<byte> pixels)
    {
        var styles = DigitGlyphs.Styles[digit];
        Trace(styles[random.NextInt32(styles.Count)], ref random);
        Place(ref random);
        MeasureDistances();
        Ink(ref random, pixels);
    }

    /// <summary>Glyph to lines in pixels around the origin: unsteady points, size and aspect, a smooth warp, rotation, slant.</summary>
    private void Trace(IReadOnlyList<PenStroke> glyph, ref RandomStream random)
    {
        var height = Between(ref random, 16.5, 20.5);
        var width = height * Between(ref random, 0.5, 0.92);
        var angle = 0.12 * Normal(ref random);
        var (sine, cosine) = (Sine(angle), Cosine(angle));
        var slant = 0.14 * Normal(ref random) - 0.08;
        var radius = Between(ref random, 0.75, 1.75);

        // The warp: two waves, each about one period across the picture, shift every point of the page a little.
        var (waveX, waveY) = (0.9 * Normal(ref random), 0.9 * Normal(ref random));
        var (fromX, fromY) = (Between(ref random, 0, 2 * Math.PI), Between(ref random, 0, 2 * Math.PI));
        var (bendX, bendY) = (Between(ref random, 2.5, 6), Between(ref random, 2.5, 6));

        _lines.Clear();
        Span<PenPoint> unsteady = stackalloc PenPoint[16];
        foreach (var stroke in glyph)
        {
            for (var i = 0; i < stroke.Points.Count; i++)
            {
                var point = stroke.Points[i];
                unsteady[i] = new PenPoint(point.X + 0.028 * Normal(ref random), point.Y + 0.028 * Normal(ref random));
            }
            stroke.Trace(_path, unsteady[..stroke.Points.Count]);

            var (pressure, from) = (Between(ref random, 0, 0.22), Between(ref random, 0, 2 * Math.PI));
            for (var i = 0; i < _path.Count; i++)
            {
                var (u, v) = (_path[i].X - 0.5, _path[i].Y - 0.5);
                var x = u * width + waveX * Sine(bendX * v + fromX);
                var y = v * height + waveY * Sine(bendY * u + fromY);
                x -= slant * y;
                _path[i] = new PenPoint(cosine * x - sine * y, sine * x + cosine * y);
            }
            for (var i = 0; i + 1 < _path.Count; i++)
                _lines.Add((_path[i], _path[i + 1], radius * (1 + pressure * Sine(0.25 * i + from))));
        }
    }

    /// <summary>Moves the middle of the digit near the middle of the picture.</summary>
    private void Place(ref RandomStream random)
    {
        var (left, right, top, bottom) = (double.MaxValue, double.MinValue, double.MaxValue, double.MinValue);
        foreach (var (from, to, _) in _lines)
        {
            left = Math.Min(left, Math.Min(from.X, to.X));
            right = Math.Max(right, Math.Max(from.X, to.X));
            top = Math.Min(top, Math.Min(from.Y, to.Y));
            bottom = Math.Max(bottom, Math.Max(from.Y, to.Y));
        }
        var dx = (Size - 1 - left - right) / 2 + Between(ref random, -1.6, 1.6);
        var dy = (Size - 1 - top - bottom) / 2 + Between(ref random, -1.6, 1.6);
        for (var i = 0; i < _lines.Count; i++)
        {
            var (from, to, radius) = _lines[i];
            _lines[i] = (new PenPoint(from.X + dx, from.Y + dy), new PenPoint(to.X + dx, to.Y + dy), radius);
        }
    }

    /// <summary>For each pixel how far it lies from the edge of the ink: less than 0 inside.</summary>
    private void MeasureDistances()
    {
        const double Reach = 2;
        Array.Fill(_distance, Reach);
        foreach (var (from, to, radius) in _lines)
        {
            var reach = radius + Reach;
            var left = Math.Max(0, (int)(Math.Min(from.X, to.X) - reach));
            var right = Math.Min(Size - 1, (int)(Math.Max(from.X, to.X) + reach) + 1);
            var top = Math.Max(0, (int)(Math.Min(from.Y, to.Y) - reach));
            var bottom = Math.Min(Size - 1, (int)(Math.Max(from.Y, to.Y) + reach) + 1);
            var (lineX, lineY) = (to.X - from.X, to.Y - from.Y);
            var squared = lineX * lineX + lineY * lineY;
            for (var y = top; y <= bottom; y++)
            {
                for (var x = left; x <= right; x++)
                {
                    var (px, py) = (x - from.X, y - from.Y);
                    var along = squared == 0 ? 0 : Math.Clamp((px * lineX + py * lineY) / squared, 0, 1);
                    var (offX, offY) = (px - along * lineX, py - along * lineY);
                    ref var distance = ref _distance[y * Size + x];
                    distance = Math.Min(distance, Math.Sqrt(offX * offX + offY * offY) - radius);
                }
            }
        }
    }

    /// <summary>Distances to ink with a blurred edge, on grainy paper.</summary>
    private void Ink(ref RandomStream random, Span<byte> pixels)
    {
        var blur = Between(ref random, 0.8, 1.9);
        var full = Between(ref random, 200, 262);
        var grain = Between(ref random, 0, 14);
        var dirt = random.NextInt32(4) == 0 ? Between(ref random, 0, 12) : 0;
        for (var i = 0; i < pixels.Length; i++)
        {
            var ink = Math.Clamp(0.5 - _distance[i] / blur, 0, 1);
            ink = ink * ink * (3 - 2 * ink);
            var value = ink * full + (ink > 0 ? grain : dirt) * Normal(ref random);
            pixels[i] = (byte)(Math.Clamp(value, 0, 255) + 0.5);
        }
    }

    private static double Between(ref RandomStream random, double low, double high) => low + (high - low) * random.NextDouble();

    /// <summary>Nearly normal, mean 0 and deviation 1, never beyond ±3.5: the sum of four uniform numbers.</summary>
    private static double Normal(ref RandomStream random) =>
        (random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2) * 1.7320508075688772;

    private static double Cosine(double angle) => Sine(angle + Math.PI / 2);

    /// <summary>Taylor's series to the 11th power, within 6e-8 between ±π/2, where every angle is taken first.</summary>
    private static double Sine(double angle)
    {
        angle -= 2 * Math.PI * Math.Floor(angle / (2 * Math.PI) + 0.5);
        if (angle > Math.PI / 2)
            angle = Math.PI - angle;
        else if (angle < -Math.PI / 2)
            angle = -Math.PI - angle;
        var s = angle * angle;
        return angle * (1 - s / 6 * (1 - s / 20 * (1 - s / 42 * (1 - s / 72 * (1 - s / 110)))));
    }
}
