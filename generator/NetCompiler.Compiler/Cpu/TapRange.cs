using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// What a window sees along one dimension of an image: result p reads at Step · p + Direction · tap + Origin, where that is inside.
/// </summary>
/// <param name="Tap">The axis over the window's taps.</param>
/// <param name="Results">Results along the dimension.</param>
/// <param name="Extent">Elements of the image.</param>
/// <param name="Step">From a result's window to the next one's.</param>
/// <param name="Direction">1 where taps run with the image, −1 where they run against it.</param>
/// <param name="Origin">Where the first result's first tap reads; negative in the padding.</param>
internal sealed record TapRange(Axis Tap, int Results, int Extent, int Step, int Direction, int Origin)
{
    /// <summary>Taps of the window.</summary>
    public int Taps => Tap.Extent.Size;

    /// <summary>Where the first result's window begins. Taps that run against the image end there.</summary>
    public int Begin => Origin + Math.Min(0, Direction * (Taps - 1));

    /// <summary>Reads an index Step · result ± tap + Origin; null where it is another one.</summary>
    /// <param name="image">The read of the image.</param>
    /// <param name="dimension">The image's dimension.</param>
    /// <param name="result">The result's axis along it.</param>
    /// <param name="taps">The axes of which one runs over taps.</param>
    /// <param name="value">The image.</param>
    public static TapRange? TryRead(ScalarRead image, int dimension, Axis result, IEnumerable<Axis> taps, Value value)
    {
        var index = image.Indices[dimension];
        if (index.Divisor != 1 || index.Terms.Length != 2 || index.CoefficientOf(result) is not (> 0 and var step))
            return null;
        var (tap, direction) = index.Terms.First(t => t.Axis != result);
        return tap.Extent.IsConstant && Math.Abs(direction) == 1 && taps.Contains(tap)
            ? new TapRange(tap, result.Extent.Size, value.Type.Shape[dimension].Size, step, direction, index.Constant)
            : null;
    }

    /// <summary>Where a result's tap reads, counted from where the first result's first tap does.</summary>
    public int Place(int result, int tap) => Step * result + Direction * tap;

    /// <summary>True where a result's tap reads an element of the image.</summary>
    public bool IsInside(int result, int tap) => Place(result, tap) + Origin is var at && at >= 0 && at < Extent;

    /// <summary>True where all taps of a result read elements of the image.</summary>
    public bool IsInside(int result) => IsInside(result, 0) && IsInside(result, Taps - 1);

    /// <summary>The taps of a result that read elements: the first, and the one behind the last.</summary>
    public (Expression First, Expression End) TapsOf(Expression result)
    {
        if (Enumerable.Range(0, Results).All(IsInside))
            return (Constant.Index(0), Constant.Index(Taps));
        var at = Index.Add(Index.Scale(result, Step), Constant.Index(Origin));
        var (first, end) = Direction > 0
            ? (Index.Scale(at, -1), Index.Subtract(Constant.Index(Extent), at))
            : (Index.Add(at, Constant.Index(1 - Extent)), Index.Add(at, Constant.Index(1)));
        return (Index.Max(Constant.Index(0), first), Index.Min(Constant.Index(Taps), end));
    }
}
