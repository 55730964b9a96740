using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// A copy of a tensor that holds every place that a contraction reads: padding around it, and zeros between its elements where
/// indices are divided by a stride. It costs a pass over the input and saves the contraction every check.
/// </summary>
internal sealed class Halo
{
    // Vectors that are not full may read past the last row: two of 16 lanes at most.
    private const int Slack = 32;

    private readonly Value _value;
    // For an element: a load and a store, and a line of the cache for each of the loads.
    private const double ReorderCycles = 4;

    private readonly ScalarRead _read;
    private readonly Layout _source;

    // Elements of the copy along each dimension, padding lanes included.
    private readonly long[] _extents;

    /// <summary>A copy of what a read reads.</summary>
    /// <param name="value">The tensor.</param>
    /// <param name="read">The read.</param>
    /// <param name="source">How the tensor lies in memory.</param>
    /// <param name="chunkSize">Samples of a chunk.</param>
    /// <param name="innermost">The dimension whose elements lie side by side in the copy; −1 for that of the source.</param>
    public Halo(Value value, ScalarRead read, Layout source, int chunkSize, int innermost = -1)
    {
        _value = value;
        _read = read;
        _source = source;
        Dimensions = [.. read.Indices.Select((index, d) => new HaloDimension(index, value.Type.Shape[d]))];
        // The other dimensions lie in memory in the source's order.
        var strides = new long[Dimensions.Length];
        _extents = new long[Dimensions.Length];
        long length = 1;
        var order = Enumerable.Range(0, strides.Length).Where(d => !value.Type.Shape[d].IsBatch)
            .OrderByDescending(d => d == innermost).ThenBy(d => source.Strides[d]).ThenByDescending(d => d);
        foreach (var d in order)
        {
            strides[d] = length;
            var isUnit = length == 1 && source.IsPadded && source.Strides[d] == 1;
            _extents[d] = isUnit ? Padded(d) : Dimensions[d].Extent;
            length *= _extents[d];
        }

        for (var d = 0; d < strides.Length; d++)
        {
            if (value.Type.Shape[d].IsBatch)
                strides[d] = length;
        }

        Layout = new Layout([.. strides], length, source.IsPadded);
        Samples = value.Type.IsPerSample ? chunkSize : 1;
    }

    /// <summary>For each dimension where the halo begins and how far it goes.</summary>
    public ImmutableArray<HaloDimension> Dimensions { get; }

    /// <summary>How the copy lies in memory.</summary>
    public Layout Layout { get; }

    /// <summary>Samples that the copy holds.</summary>
    public int Samples { get; }

    /// <summary>True where a read can lie outside, or does not exist everywhere.</summary>
    public static bool IsNeeded(ScalarRead read, Value value) =>
        read.Indices.Where((index, d) => !index.StaysInside(value.Type.Shape[d])).Any();

    /// <summary>Cycles for the copy of one sample: by vectors where elements lie side by side in both, else one by one.</summary>
    public double Cycles(CpuTarget target)
    {
        if (Enumerable.Range(0, Dimensions.Length).Any(d => Layout.Strides[d] == 1 && _extents[d] > 1 && _source.Strides[d] != 1))
            return Layout.Length * ReorderCycles;
        var traffic = 2.0 * sizeof(float) * Layout.Length;
        return Math.Max(2.0 * Layout.Length / target.Lanes,
            traffic > target.SecondLevelBytes ? traffic / CpuTarget.ThirdLevelBytesPerCycle : 0);
    }

    /// <summary>The memory of the copy.</summary>
    public PlanBuffer ToBuffer(string stage) =>
        new($"{stage}.{_value.Name}.halo", ScalarKind.F32, Layout.Length * Samples + Slack, BufferLifetime.Scratch);

    /// <summary>The launch that fills the copy.</summary>
    public KernelLaunch Lower(CpuTarget target, string stage, int buffer)
    {
        var kernel = new StageKernel(target.Lanes);
        var b = kernel.Builder;
        var from = kernel.Pointer(_value);
        var to = kernel.Pointer(buffer, ToBuffer(stage));
        var isPerSample = _value.Type.IsPerSample;
        var outside = _read.Outside ?? 0;
        var order = Enumerable.Range(0, Dimensions.Length).Where(d => !_value.Type.Shape[d].IsBatch)
            .OrderByDescending(d => Layout.Strides[d]).ToList();
        var isShared = isPerSample && Dimensions[order[0]].Divisor == 1 && InnermostRun(order, 0).Inner > 0
            && KernelLaunch.IsWorthSharing(Dimensions[order[0]].SourceCount, Elements);
        Expression samples = isPerSample ? kernel.Number(LaunchNumber.Count) : Constant.Index(1);
        b.Loop("n", Constant.Index(0), samples, 1, n =>
        {
            var copy = b.Let("copy", Index.Scale(n, Layout.Length));
            var source = b.Let("source", Index.Scale(n, isPerSample ? _source.Length : 0));
            Copy(0, copy, source, isFilled: false);
        });
        var launch = kernel.ToLaunch($"{stage}.{_value.Name}.halo",
            $"{stage}: {_value} {_value.Type} with a halo: {string.Join(" × ", Dimensions)}");
        return isShared ? launch with { Rounds = Dimensions[order[0]].SourceCount, Elements = Elements } : launch;

        // What is outside is written around what is copied, so that nothing is written twice; between elements it comes first.
        void Copy(int depth, Expression copy, Expression source, bool isFilled)
        {
            var (inner, length) = InnermostRun(order, depth);
            var whole = depth == order.Count ? 1 : Layout.Strides[order[depth]] * _extents[order[depth]];
            if (inner <= depth)
            {
                var (copyOffset, sourceOffset) = (0L, 0L);
                foreach (var d in order.Skip(inner))
                {
                    copyOffset += Dimensions[d].FirstTarget * Layout.Strides[d];
                    sourceOffset += Dimensions[d].FirstSource * _source.Strides[d];
                }

                if (!isFilled)
                    Fill(copy, 0, copyOffset);
                Run(length, (i, lanes) => b.Add(new Store(to, Index.Add(Index.Add(copy, i), Constant.Index(copyOffset)),
                    StageEvaluator.ToFloat(new Load(from, Index.Add(Index.Add(source, i), Constant.Index(sourceOffset)), lanes)))));
                if (!isFilled)
                    Fill(copy, copyOffset + length, whole);
                return;
            }

            var dimension = Dimensions[order[depth]];
            var (copyStride, sourceStride) = (Layout.Strides[order[depth]], _source.Strides[order[depth]]);
            var isDense = dimension.Divisor == 1 && dimension.SourceCount > 0;
            var (first, end) = (dimension.FirstTarget * copyStride, (dimension.FirstTarget + dimension.SourceCount) * copyStride);
            if (!isFilled)
                AtEdge(LaunchNumber.PartStart, 0, () => Fill(copy, 0, isDense ? first : whole));
            var (start, count) = depth == 0 && isShared ? kernel.Part : (Constant.Index(0), Constant.Index(dimension.SourceCount));
            b.Loop(dimension.Name, start, count, 1, i =>
            {
                var at = Index.Add(Index.Scale(i, dimension.Divisor), Constant.Index(dimension.FirstTarget));
                Copy(depth + 1, Index.Add(copy, Index.Scale(at, copyStride)),
                    Index.Add(source, Index.Scale(Index.Add(i, Constant.Index(dimension.FirstSource)), sourceStride)),
                    isFilled || !isDense);
            });
            if (!isFilled && isDense)
                AtEdge(LaunchNumber.PartEnd, dimension.SourceCount, () => Fill(copy, end, whole));

            // Who does the first rounds writes what is before them.
            void AtEdge(LaunchNumber number, int round, Action fill)
            {
                if (depth > 0 || !isShared)
                    fill();
                else
                    b.Add(new If(new Comparison(ComparisonFunction.Equal, kernel.Number(number), Constant.Index(round)), b.Nested(fill)));
            }
        }

        void Fill(Expression copy, long start, long end)
        {
            if (start < end)
            {
                Run(end - start, (i, lanes) =>
                    b.Add(new Store(to, Index.Add(Index.Add(copy, i), Constant.Index(start)), Constant.Float(outside, lanes))));
            }
        }

        // Full vectors, then what is left.
        void Run(long length, Action<Expression, int> body)
        {
            var whole = length / target.Lanes * target.Lanes;
            b.Loop("i", Constant.Index(0), Constant.Index(whole), target.Lanes, i => body(i, target.Lanes));
            foreach (var piece in target.Fill((int)(length - whole)))
                body(Constant.Index(whole + piece.Offset), piece.Lanes);
        }
    }

    // The innermost dimensions that are copied in one run: whole ones, and around them one that is copied in part. Returns the
    // position in the order at which they begin, and the elements of the run.
    private (int Inner, long Length) InnermostRun(List<int> order, int depth)
    {
        var (inner, length) = (order.Count, 1L);
        while (inner > depth)
        {
            var d = order[inner - 1];
            var dimension = Dimensions[d];
            if (Layout.Strides[d] != length || _source.Strides[d] != length)
                break;
            if (!dimension.IsWhole && (dimension.Divisor != 1 || dimension.SourceCount == 0))
                break;
            inner--;
            length *= dimension.IsWhole ? StoredExtent(d) : dimension.SourceCount;
            if (!dimension.IsWhole)
                break;
        }

        return (inner, length);
    }

    // Read and written for one sample.
    private long Elements => 2 * Layout.Length;

    private long Padded(int dimension) => StoredExtent(dimension) + Dimensions[dimension].Extent - _value.Type.Shape[dimension].Size;

    // With the padding lanes of the source's layout, where it has any.
    private long StoredExtent(int dimension)
    {
        var next = _source.Strides.Where((s, d) => s > _source.Strides[dimension]).DefaultIfEmpty(_source.Length).Min();
        return _source.Strides[dimension] == 1 && _source.IsPadded ? next : _value.Type.Shape[dimension].Size;
    }
}
