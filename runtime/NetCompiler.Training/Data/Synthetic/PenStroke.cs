namespace NetCompiler.Training.Data;

/// <summary>What a pen draws without being lifted.</summary>
/// <param name="Points">The points it passes.</param>
/// <param name="IsSmooth">Whether it passes them in a curve (Catmull-Rom), or in straight lines.</param>
/// <param name="IsClosed">Whether it ends where it began.</param>
internal sealed record PenStroke(IReadOnlyList<PenPoint> Points, bool IsSmooth, bool IsClosed)
{
    private const int Subdivisions = 8;

    /// <summary>Traces the stroke as short lines: their ends, into <paramref name="path"/>.</summary>
    /// <param name="path">Cleared first.</param>
    /// <param name="points">The points to pass instead of <see cref="Points"/>, as many: the same stroke by a less steady hand.</param>
    public void Trace(List<PenPoint> path, ReadOnlySpan<PenPoint> points)
    {
        path.Clear();
        var count = points.Length;
        var segments = IsClosed ? count : count - 1;
        for (var i = 0; i < segments; i++)
        {
            var a = points[i];
            var b = points[(i + 1) % count];
            var before = IsClosed ? points[(i + count - 1) % count] : points[Math.Max(i - 1, 0)];
            var after = IsClosed ? points[(i + 2) % count] : points[Math.Min(i + 2, count - 1)];
            for (var k = 0; k < Subdivisions; k++)
            {
                var t = (double)k / Subdivisions;
                path.Add(IsSmooth
                    ? new PenPoint(CatmullRom(before.X, a.X, b.X, after.X, t), CatmullRom(before.Y, a.Y, b.Y, after.Y, t))
                    : new PenPoint(a.X + (b.X - a.X) * t, a.Y + (b.Y - a.Y) * t));
            }
        }
        path.Add(IsClosed ? points[0] : points[count - 1]);
    }

    private static double CatmullRom(double p0, double p1, double p2, double p3, double t) =>
        0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t * t + (3 * p1 - p0 - 3 * p2 + p3) * t * t * t);
}
