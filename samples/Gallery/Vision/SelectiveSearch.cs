using Gallery.Data;
using NetCompiler.Detection;
using NetCompiler.Imaging;

namespace Gallery.Vision;

/// <summary>
/// Proposes boxes in which there may be something: neighbouring regions are merged step by step, the most alike first, and the box of every
/// region on the way is proposed (Uijlings et al.: Selective search for object recognition, 2013).
/// </summary>
internal static class SelectiveSearch
{
    /// <summary>A merger of two regions into a third.</summary>
    /// <param name="A">One.</param>
    /// <param name="B">The other.</param>
    /// <param name="Similarity">How alike they were.</param>
    internal readonly record struct Step(int A, int B, double Similarity);

    /// <summary>The proposals for a picture: each box once, in the order in which regions came to be.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="scale">See <see cref="Segmentation.Segment"/>.</param>
    /// <param name="minimum">See <see cref="Segmentation.Segment"/>.</param>
    public static List<Box> Propose(Image image, double scale = 150, int minimum = 40)
    {
        var segments = Segmentation.Segment(image, scale, minimum);
        var (regions, _) = Merge(Region.Of(image, segments), Neighbours(segments, image.Width), image.Width * image.Height);
        return [.. regions.Select(r => r.Box).Distinct()];
    }

    /// <summary>Samples with their proposals: those of several segmentations, each once.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="scales">See <see cref="Segmentation.Segment"/>: one for each segmentation.</param>
    /// <param name="minimum">See <see cref="Segmentation.Segment"/>.</param>
    /// <param name="thinnest">The least width and height of what is looked for.</param>
    /// <param name="threads">Threads that share the work.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static DetectionSample[] Propose(
        IReadOnlyList<DetectionSample> samples, double[] scales, int minimum, float thinnest, int threads, CancellationToken cancellationToken)
    {
        var result = new DetectionSample[samples.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(0, result.Length, options, i => result[i] = samples[i] with
        {
            Proposals =
            [
                .. scales.SelectMany(scale => Propose(samples[i].Image, scale, minimum))
                    .Where(b => Math.Min(b.Width, b.Height) >= thinnest).Distinct(),
            ],
        });
        return result;
    }

    /// <summary>Merges regions until none has a neighbour.</summary>
    /// <param name="regions">The regions to begin with.</param>
    /// <param name="neighbours">Which of them touch.</param>
    /// <param name="pixels">Pixels of the picture.</param>
    /// <returns>All regions, those that came to be behind those to begin with; and the mergers in order.</returns>
    internal static (List<Region> Regions, List<Step> Steps) Merge(
        IReadOnlyList<Region> regions, IEnumerable<(int A, int B)> neighbours, int pixels)
    {
        var all = regions.ToList();
        var steps = new List<Step>();
        var touching = all.Select(_ => new HashSet<int>()).ToList();
        var pairs = new PriorityQueue<(int A, int B), (double, int, int)>();
        foreach (var (a, b) in neighbours)
            Touch(a, b);
        var merged = new HashSet<int>();
        while (pairs.TryDequeue(out var pair, out var priority))
        {
            if (merged.Contains(pair.A) || merged.Contains(pair.B))
                continue;
            steps.Add(new Step(pair.A, pair.B, -priority.Item1));
            merged.Add(pair.A);
            merged.Add(pair.B);
            var next = all.Count;
            all.Add(all[pair.A].Merge(all[pair.B]));
            touching.Add([]);
            foreach (var other in touching[pair.A].Union(touching[pair.B]).Where(o => !merged.Contains(o)).Order())
                Touch(other, next);
        }
        return (all, steps);

        void Touch(int a, int b)
        {
            if (!touching[a].Add(b))
                return;
            touching[b].Add(a);
            // The most alike first; of equals the older ones.
            pairs.Enqueue((a, b), (-all[a].Similarity(all[b], pixels), a, b));
        }
    }

    /// <summary>Pairs of regions that touch, each once, the smaller number first.</summary>
    /// <param name="segments">A region's number for each pixel.</param>
    /// <param name="width">Pixels of a row.</param>
    internal static SortedSet<(int A, int B)> Neighbours(int[] segments, int width)
    {
        var pairs = new SortedSet<(int, int)>();
        for (var i = 0; i < segments.Length; i++)
        {
            if (i % width + 1 < width)
                Add(segments[i], segments[i + 1]);
            if (i + width < segments.Length)
                Add(segments[i], segments[i + width]);
        }
        return pairs;

        void Add(int a, int b)
        {
            if (a != b)
                pairs.Add((Math.Min(a, b), Math.Max(a, b)));
        }
    }
}
