using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Loops over the elements of a stage's results and computes each from its expression: elementwise chains, pooling and its
/// gradients, softmax, losses, reorders, and contractions that nothing else can compute. Vectors run along an axis on which everything
/// that is read and written lies side by side.
/// </summary>
internal sealed class LoopNest(CpuTarget target) : IImplementation
{
    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (stage.Scope == StageScope.BatchSum || stage.Kind is StageKind.Scan or StageKind.Attention
            || stage.Kind == StageKind.Contraction && stage.Nodes.Length > 1)
        {
            yield break;
        }

        var axis = VectorDimension(stage, environment, new SortedSet<int>());
        var elements = (double)stage.Outputs.Sum(v => v.Type.SampleLength);
        if (stage.Kind == StageKind.Contraction)
        {
            // Where factors lie so that no register tile can be filled, as those of a depthwise convolution of the caller's image, or where
            // their common axis is the innermost one, as in the scores of attention.
            if (stage.Scope == StageScope.Sample && Contraction.TryRead(stage.Anchor, out var contraction))
                yield return new Candidate(this, "loops", contraction.MultiplyAdds * 4.0);
            yield break;
        }

        yield return new Candidate(this, "loops", elements * (axis < 0 ? 4 : 4.0 / target.Lanes));
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        var kernel = new StageKernel(target.Lanes);
        var nest = new Nest(target, stage, environment, kernel);
        var cuts = new SortedSet<int>();
        var elements = stage.Scope == StageScope.Sample
            ? stage.Inputs.Concat(stage.Outputs).Where(v => v.Type.IsPerSample).Sum(v => (long)v.Type.SampleLength) : 0;
        var rounds = nest.Write(VectorDimension(stage, environment, cuts), cuts, elements);
        var launch = kernel.ToLaunch(stage.Name, Summaries.Of(stage));
        return new KernelPlan([], [], [rounds == 0 ? launch : launch with { Rounds = rounds, Elements = elements }]);
    }

    // The dimension of the results that vectors run along; −1 where there is none.
    private static int VectorDimension(Stage stage, StageEnvironment environment, ISet<int> cuts)
    {
        var definition = stage.Anchor.Definition.Result();
        if (!definition.IsDirect)
            return -1;
        var output = stage.Outputs[0];
        var dimension = environment.Layouts[output].UnitDimension(output.Type);
        if (dimension < 0)
            return -1;
        var isPossible = stage.Outputs.All(v => environment.Layouts[v].Strides[dimension] == 1
            && VectorAccess.IsPossible(stage, environment, v, dimension, cuts));
        return isPossible ? dimension : -1;
    }

    private sealed class Nest(CpuTarget target, Stage stage, StageEnvironment environment, StageKernel kernel)
    {
        // Vectors that are written out; more are looped over.
        private const int LargestUnrolledExtent = 8;

        private SortedSet<int> _cuts = [];
        private readonly StageEvaluator _evaluator = new(stage, environment, kernel);
        private readonly Expression?[] _index = new Expression?[stage.Anchor.Definition.Result().IsDirect
            ? stage.Domain.Length : stage.Anchor.Definition.Result().Axes.Length];

        // The dimension whose loop threads share; −1 for none.
        private int _shared = -1;

        private KernelBuilder Builder => kernel.Builder;

        private TensorDefinition Definition => stage.Anchor.Definition.Result();

        /// <summary>Writes the loops; the rounds of the one that threads share, 0 where there is none.</summary>
        public int Write(int vectorDimension, SortedSet<int> cuts, long elements)
        {
            _cuts = cuts;
            var rank = _index.Length;
            var extents = Definition.IsDirect ? stage.Domain : [.. Definition.Axes.Select(a => a.Extent)];
            var strides = environment.Layouts[stage.Outputs[0]].Strides;
            var order = Enumerable.Range(0, rank).Where(d => d != vectorDimension)
                .OrderByDescending(d => extents[d].IsBatch ? long.MaxValue : Definition.IsDirect ? strides[d] : rank - d).ToList();
            var outermost = order.Where(d => !extents[d].IsBatch).DefaultIfEmpty(-1).First();
            if (outermost >= 0 && Stride(Definition.Axes[outermost]) == 1 && KernelLaunch.IsWorthSharing(extents[outermost].Size, elements))
                _shared = outermost;
            Loop(order, 0, extents, vectorDimension);
            return _shared < 0 ? 0 : extents[_shared].Size;
        }

        private void Loop(List<int> order, int depth, ImmutableArray<Dimension> extents, int vectorDimension)
        {
            if (depth == order.Count)
            {
                Element(extents, vectorDimension);
                return;
            }

            var d = order[depth];
            var name = Definition.Axes[d].Name;
            if (extents[d].IsBatch)
            {
                Builder.Loop(name, Constant.Index(0), kernel.Number(LaunchNumber.Count), 1, Next);
                return;
            }

            // Where an index is divided by a stride, the axis runs as stride · quotient + remainder, so that the division is done
            // at build time.
            var step = Stride(Definition.Axes[d]);
            var whole = extents[d].Size / step * step;
            var (start, end) = d == _shared ? kernel.Part : (Constant.Index(0), Constant.Index(whole / step));
            Builder.Loop(name, start, end, 1, quotient =>
            {
                Bound(quotient, 0, whole / step - 1);
                for (var remainder = 0; remainder < step; remainder++)
                    Next(Index.Add(Index.Scale(quotient, step), Constant.Index(remainder)));
            });
            for (var i = whole; i < extents[d].Size; i++)
                Next(Constant.Index(i));

            void Next(Expression i)
            {
                if (extents[d].IsConstant)
                    Bound(i, 0, extents[d].Size - 1);
                _index[d] = i;
                _evaluator.Scope(() => Loop(order, depth + 1, extents, vectorDimension));
            }
        }

        private void Element(ImmutableArray<Dimension> extents, int vectorDimension)
        {
            if (vectorDimension < 0)
            {
                Compute(-1, 1);
                return;
            }

            // Vectors may run over the end where there is padding in everything that they read and write.
            var isPadded = stage.Outputs.All(v => environment.Layouts[v].IsPadded)
                && stage.Inputs.Where(v => v.Type.IsPerSample).Select(v => environment.Layouts[v])
                    .All(l => l.IsPadded || l.Strides.Length <= vectorDimension || l.Strides[vectorDimension] != 1);
            var extent = extents[vectorDimension].Size;
            foreach (var value in stage.Outputs)
            {
                if (stage.Contains(value) && value.Producer!.Definition.Result(value.ResultIndex) is { IsDirect: true } definition)
                {
                    var axes = definition.Axes.Select((a, i) => (a, i)).Where(p => p.i != vectorDimension)
                        .ToDictionary(p => p.a, p => _index[p.i]!);
                    _evaluator.Hoist(value.Producer!, definition.Body, axes, definition.Axes[vectorDimension]);
                }
            }

            foreach (var pieces in Pieces(extent, isPadded))
            {
                kernel.OverPieces(Definition.Axes[vectorDimension].Name, pieces, (i, lanes) =>
                {
                    _index[vectorDimension] = i;
                    _evaluator.Scope(() => Compute(lanes == 1 ? -1 : vectorDimension, lanes));
                }, LargestUnrolledExtent);
            }
        }

        // The extent in vectors; where reads come to an edge within it, each part between edges by itself.
        private IEnumerable<ImmutableArray<VectorPiece>> Pieces(int extent, bool isPadded)
        {
            var edges = _cuts.Where(cut => cut > 0 && cut < extent).ToList();
            if (edges.Count == 0)
            {
                yield return isPadded ? target.Cover(extent) : target.Fill(extent);
                yield break;
            }

            var start = 0;
            foreach (var end in edges.Append(extent))
            {
                yield return [.. target.Fill(end - start).Select(piece => new VectorPiece(start + piece.Offset, piece.Lanes))];
                start = end;
            }
        }

        private void Compute(int vectorDimension, int lanes)
        {
            if (!Definition.IsDirect)
            {
                var axes = Definition.Axes.Select((a, i) => (a, i)).ToDictionary(p => p.a, p => _index[p.i]!);
                var index = Definition.Target.Select(i => i.Terms.Aggregate((Expression)Constant.Index(i.Constant),
                    (sum, t) => Index.Add(sum, Index.Scale(axes[t.Axis], t.Coefficient)))).ToImmutableArray();
                _evaluator.Store(stage.Outputs[0], index, _evaluator.EvaluateBody(stage.Anchor, Definition.Body, axes, null, 1));
                return;
            }

            var at = _index.Select(i => i!).ToImmutableArray();
            foreach (var value in stage.Outputs)
                _evaluator.Store(value, at, _evaluator.Evaluate(value, at, vectorDimension, lanes));
        }

        // The largest divisor of an index that the axis takes part in; 1 for none.
        private int Stride(Axis axis)
        {
            var anchor = stage.Anchor.Definition;
            return anchor.Definitions.SelectMany(d => d.Body.Reads()).SelectMany(r => r.Indices)
                .Where(i => i.CoefficientOf(axis) != 0).Select(i => i.Divisor).DefaultIfEmpty(1).Max();
        }

        private void Bound(Expression counter, long min, long max)
        {
            if (counter is Variable)
                kernel.Ranges[counter] = (min, max);
        }
    }
}
