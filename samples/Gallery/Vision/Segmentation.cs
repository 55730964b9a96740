using NetCompiler.Imaging;

namespace Gallery.Vision;

/// <summary>
/// Splits a picture into regions of one colour, as a forest of pixels: two regions are joined where the step between them is small against
/// what varies within them (Felzenszwalb and Huttenlocher: Efficient graph-based image segmentation, 2004).
/// </summary>
internal static class Segmentation
{
    /// <summary>Segments a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="scale">How much may vary within small regions: larger gives larger regions.</param>
    /// <param name="minimum">Regions of fewer pixels are joined to a neighbour.</param>
    /// <returns>A region's number for each pixel, from 0, in the order of their first pixels.</returns>
    public static int[] Segment(Image image, double scale, int minimum)
    {
        var (width, height) = (image.Width, image.Height);
        var edges = new List<(float Step, int A, int B)>();
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var at = y * width + x;
                if (x + 1 < width)
                    edges.Add((Step(image, x, y, x + 1, y), at, at + 1));
                if (y + 1 < height)
                    edges.Add((Step(image, x, y, x, y + 1), at, at + width));
                if (x + 1 < width && y + 1 < height)
                    edges.Add((Step(image, x, y, x + 1, y + 1), at, at + width + 1));
                if (x > 0 && y + 1 < height)
                    edges.Add((Step(image, x, y, x - 1, y + 1), at, at + width - 1));
            }
        }
        edges.Sort();
        var forest = new Forest(width * height);
        var bound = new double[width * height];
        Array.Fill(bound, scale);
        foreach (var (step, a, b) in edges)
        {
            var (first, second) = (forest.Root(a), forest.Root(b));
            if (first == second || step > bound[first] || step > bound[second])
                continue;
            var root = forest.Join(first, second);
            bound[root] = step + scale / forest.Size(root);
        }
        foreach (var (_, a, b) in edges)
        {
            var (first, second) = (forest.Root(a), forest.Root(b));
            if (first != second && Math.Min(forest.Size(first), forest.Size(second)) < minimum)
                forest.Join(first, second);
        }
        var numbers = new Dictionary<int, int>();
        var regions = new int[width * height];
        for (var i = 0; i < regions.Length; i++)
        {
            if (!numbers.TryGetValue(forest.Root(i), out regions[i]))
                numbers.Add(forest.Root(i), regions[i] = numbers.Count);
        }
        return regions;
    }

    private static float Step(Image image, int x0, int y0, int x1, int y1)
    {
        var sum = 0f;
        for (var c = 0; c < image.Channels; c++)
        {
            var difference = image[x0, y0, c] - image[x1, y1, c];
            sum += difference * difference;
        }
        return MathF.Sqrt(sum);
    }

    /// <summary>Disjoint sets, with path halving and union by size (Tarjan, 1975).</summary>
    private sealed class Forest
    {
        private readonly int[] _parents;
        private readonly int[] _sizes;

        public Forest(int count)
        {
            _parents = [.. Enumerable.Range(0, count)];
            _sizes = new int[count];
            Array.Fill(_sizes, 1);
        }

        public int Size(int root) => _sizes[root];

        public int Root(int node)
        {
            while (_parents[node] != node)
                node = _parents[node] = _parents[_parents[node]];
            return node;
        }

        public int Join(int a, int b)
        {
            if (_sizes[a] < _sizes[b])
                (a, b) = (b, a);
            _parents[b] = a;
            _sizes[a] += _sizes[b];
            return a;
        }
    }
}
