using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>Adds up the accumulators of all lanes, lane by lane in order, and writes the sum in the result's canonical layout.</summary>
internal static class AccumulatorSum
{
    /// <summary>The launch.</summary>
    /// <param name="target">The target.</param>
    /// <param name="stage">The stage whose only output is the sum.</param>
    /// <param name="accumulator">The accumulators.</param>
    /// <param name="result">The result's index over their axes.</param>
    public static KernelLaunch Lower(CpuTarget target, Stage stage, Accumulator accumulator, ImmutableArray<IndexExpression> result)
    {
        var kernel = new StageKernel(target.Lanes);
        var axes = accumulator.Axes;
        var vectorAxis = axes.IsEmpty ? null : axes[axes.Length - 1].Axis;
        var sums = accumulator.Pointer(kernel);
        var output = stage.Outputs[0];
        var pointer = kernel.Pointer(output);
        var layout = Layout.Canonical(output.Type);
        var (lanes, stride) = (kernel.Number(LaunchNumber.Lanes), kernel.Number(LaunchNumber.LaneStride));
        Nest(0, Constant.Index(0), []);
        var launch = kernel.ToLaunch($"{stage.Name}.combine",
            $"{stage.Name}: the lanes' sums added up, lane by lane, and written as {output} {output.Type}");
        return axes.Length < 2 ? launch : launch with { Rounds = axes[0].Axis.Extent.Size, Elements = output.Type.SampleLength };

        void Nest(int depth, Expression offset, Dictionary<Axis, Expression> point)
        {
            if (depth >= axes.Length - 1)
            {
                var pieces = target.Fill(vectorAxis?.Extent.Size ?? 1);
                kernel.OverPieces(vectorAxis?.Name ?? "", pieces, (start, width) => Piece(offset, point, start, width));
                return;
            }

            var (axis, distance) = axes[depth];
            var (first, end) = depth == 0 ? kernel.Part : (Constant.Index(0), Constant.Index(axis.Extent.Size));
            kernel.Builder.Loop(axis.Name, first, end, 1, i =>
                Nest(depth + 1, Index.Add(offset, Index.Scale(i, distance)), new Dictionary<Axis, Expression>(point) { [axis] = i }));
        }

        void Piece(Expression offset, Dictionary<Axis, Expression> point, Expression start, int width)
        {
            var sum = kernel.Builder.Declare("sum", Constant.Float(0, width));
            var from = Index.Add(offset, start);
            kernel.Builder.Loop("lane", Constant.Index(0), lanes, 1, lane =>
            {
                var at = new Binary(BinaryFunction.Add, new Binary(BinaryFunction.Multiply, lane, stride), from);
                kernel.Builder.Add(new Assign(sum, new Binary(BinaryFunction.Add, sum, new Load(sums, at, width))));
            });
            var step = vectorAxis is null ? 0 : result.Select((index, d) => index.CoefficientOf(vectorAxis) * layout.Strides[d]).Sum();
            if (width == 1 || step == 1)
            {
                kernel.Builder.Add(new Store(pointer, Position(point, start), sum));
                return;
            }

            for (var i = 0; i < width; i++)
                kernel.Builder.Add(new Store(pointer, Position(point, Index.Add(start, Constant.Index(i))), new Extract(sum, i)));
        }

        Expression Position(Dictionary<Axis, Expression> point, Expression at)
        {
            Expression position = Constant.Index(0);
            for (var d = 0; d < result.Length; d++)
            {
                position = Index.Add(position, Constant.Index(result[d].Constant * layout.Strides[d]));
                foreach (var term in result[d].Terms)
                {
                    var value = term.Axis == vectorAxis ? at : point[term.Axis];
                    position = Index.Add(position, Index.Scale(value, term.Coefficient * layout.Strides[d]));
                }
            }

            return position;
        }
    }
}
