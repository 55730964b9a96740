using NetCompiler.Detection;

namespace Gallery.Vision;

/// <summary>Boxes of a few sizes and proportions at each place of a map, which a network's claims are relative to (Ren et al., 2015).</summary>
internal static class Anchors
{
    /// <summary>All anchors in the order of planes (anchor, row, column); the proportions of a size stand one after the other.</summary>
    /// <param name="rows">Rows of the map.</param>
    /// <param name="columns">Places of a row.</param>
    /// <param name="stride">Pixels of the picture to a place, whose middle is that of its anchors.</param>
    /// <param name="sizes">Roots of areas, in pixels.</param>
    /// <param name="ratios">Height to width.</param>
    public static Box[] Grid(int rows, int columns, int stride, ReadOnlySpan<float> sizes, ReadOnlySpan<float> ratios)
    {
        var anchors = new List<Box>();
        foreach (var size in sizes)
        {
            foreach (var ratio in ratios)
            {
                var (width, height) = (size / MathF.Sqrt(ratio), size * MathF.Sqrt(ratio));
                for (var place = 0; place < rows * columns; place++)
                    anchors.Add(Box.FromCenter((place % columns + 0.5f) * stride, (place / columns + 0.5f) * stride, width, height));
            }
        }
        return [.. anchors];
    }
}
