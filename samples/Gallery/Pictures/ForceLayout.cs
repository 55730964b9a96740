namespace Gallery.Pictures;

/// <summary>Places for the nodes of a small graph: edges pull, nodes push (Fruchterman and Reingold, 1991).</summary>
internal static class ForceLayout
{
    /// <summary>Finds places.</summary>
    /// <param name="count">How many nodes there are.</param>
    /// <param name="edges">The edges.</param>
    /// <returns>A place for each node, from 0 to 1.</returns>
    public static (double X, double Y)[] Arrange(int count, IReadOnlyList<(int A, int B)> edges)
    {
        const int Steps = 400;
        var distance = Math.Sqrt(1.0 / count);
        var places = Enumerable.Range(0, count)
            .Select(i => (X: 0.5 + 0.4 * Math.Cos(2 * Math.PI * i / count), Y: 0.5 + 0.4 * Math.Sin(2 * Math.PI * i / count))).ToArray();
        var forces = new (double X, double Y)[count];
        for (var step = 0; step < Steps; step++)
        {
            Array.Clear(forces);
            for (var i = 0; i < count; i++)
            {
                for (var j = 0; j < count; j++)
                {
                    if (i != j)
                        Apply(i, j, d => distance * distance / d);
                }
            }
            foreach (var (a, b) in edges)
            {
                Apply(a, b, d => -d * d / distance * 0.7);
                Apply(b, a, d => -d * d / distance * 0.7);
            }
            var temperature = 0.08 * (1 - (double)step / Steps);
            for (var i = 0; i < count; i++)
            {
                var length = Math.Max(1e-9, Math.Sqrt(forces[i].X * forces[i].X + forces[i].Y * forces[i].Y));
                var move = Math.Min(length, temperature) / length;
                places[i] = (places[i].X + forces[i].X * move, places[i].Y + forces[i].Y * move);
            }
        }
        var (left, right, top, bottom) = (places.Min(p => p.X), places.Max(p => p.X), places.Min(p => p.Y), places.Max(p => p.Y));
        return [.. places.Select(p => ((p.X - left) / (right - left), (p.Y - top) / (bottom - top)))];

        void Apply(int on, int from, Func<double, double> size)
        {
            var (dx, dy) = (places[on].X - places[from].X, places[on].Y - places[from].Y);
            var d = Math.Max(1e-6, Math.Sqrt(dx * dx + dy * dy));
            var force = size(d);
            forces[on] = (forces[on].X + dx / d * force, forces[on].Y + dy / d * force);
        }
    }
}
