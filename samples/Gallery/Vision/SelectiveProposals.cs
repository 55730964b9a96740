using System.Diagnostics;
using Gallery.Data;
using NetCompiler.Detection;

namespace Gallery.Vision;

/// <summary>The proposals of selective search for pictures, found once, and the time that it took.</summary>
/// <param name="threads">Threads that share the work where time is not taken.</param>
internal sealed class SelectiveProposals(int threads)
{
    private readonly Dictionary<DetectionSample, (List<Box> Boxes, TimeSpan Time)> _found = new(ReferenceEqualityComparer.Instance);

    /// <summary>The proposals for a picture.</summary>
    /// <param name="picture">The picture.</param>
    public (List<Box> Boxes, TimeSpan Time) Of(DetectionSample picture)
    {
        if (!_found.TryGetValue(picture, out var found))
            _found.Add(picture, found = Find(picture));
        return found;
    }

    /// <summary>Finds the proposals for many pictures.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public void Prepare(IReadOnlyList<DetectionSample> pictures, CancellationToken cancellationToken)
    {
        var found = new (List<Box>, TimeSpan)[pictures.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(0, found.Length, options, i => found[i] = Find(pictures[i]));
        for (var i = 0; i < found.Length; i++)
            _found[pictures[i]] = found[i];
    }

    private static (List<Box>, TimeSpan) Find(DetectionSample picture)
    {
        var clock = Stopwatch.StartNew();
        var boxes = SelectiveSearch.Propose(picture.Image, scale: 100, minimum: 20);
        // What is thinner than a platelet is no cell.
        boxes.RemoveAll(b => Math.Min(b.Width, b.Height) < 6);
        return (boxes, clock.Elapsed);
    }
}
