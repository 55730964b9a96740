using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Regions of an image in one size each (Girshick: Fast R-CNN, 2015): each box, rounded to pixels, is cut into bins, and a bin is the largest
/// of its pixels, 0 where it has none. It reads features (C, H, W) and boxes (R, 4) and makes (R, C, h, w). torchvision: ops.roi_pool. Boxes
/// get no gradient.
/// </summary>
public sealed class RoiPoolLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = new("RoiPool",
        [new("Size", ArgumentKind.Pair), new("SpatialScale", ArgumentKind.Double, 1.0)], Inputs: 2);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var (features, boxes) = RegionBins.Require(builder);
        var (height, width) = builder.Pair("Size", 1);
        var rows = builder.Add(RoiPoolBins.Instance, "y", [boxes], RegionBins.Of(builder, features.Type, height, isHorizontal: false));
        var columns = builder.Add(RoiPoolBins.Instance, "x", [boxes], RegionBins.Of(builder, features.Type, width, isHorizontal: true));
        var regions = builder.Add(RoiPool.Instance, "regions", [features, .. rows.Results, .. columns.Results]).Result;
        return builder.Add(Permute.Instance, "", [regions], RegionBins.ChannelsFirst).Result;
    }
}

/// <summary>
/// Along one axis of an image, the pixels of each bin of boxes: from[n, r, b], and the second result to[n, r, b], exclusive. Input boxes (N, R,
/// 4); attributes of <see cref="RegionBins"/>.
/// </summary>
public sealed class RoiPoolBins : Operator
{
    /// <summary>The operator.</summary>
    public static readonly RoiPoolBins Instance = new();

    /// <inheritdoc/>
    public override string ResultName(int result) => "to";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var type = new TensorType(ScalarKind.I32, [context.Shape(0)[0], context.Shape(0)[1], context.Attributes.Int("bins")]);
        return [type, type];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var (bins, extent) = (context.Attributes.Int("bins"), context.Attributes.Int("extent"));
        var (first, last) = RegionBins.Edges(context, axes[0], axes[1]);
        var start = Round(first);
        var length = ScalarExpression.Max(Round(last) - start + 1, 1);
        ScalarExpression bin = new ScalarIndex(axes[2]);
        // Divided last, so that a quotient that is a whole number is one.
        var from = start + Floor(bin * length / bins);
        var to = start - Floor(-((bin + 1) * length) / bins);
        return new([Inside(from), Inside(to)], ResultCount: 2);

        TensorDefinition Inside(ScalarExpression place) =>
            new(axes, ScalarExpression.Max(ScalarExpression.Min(place, extent), 0), ScalarKind.I32);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        // Steps.
    }

    private static ScalarExpression Floor(ScalarExpression x) => ScalarExpression.Apply(UnaryFunction.Floor, x);

    // Halves away from zero, as C's round.
    private static ScalarExpression Round(ScalarExpression x) =>
        ScalarExpression.Select(ComparisonFunction.Less, x, 0, -Floor(0.5 - x), Floor(x + 0.5));
}

/// <summary>
/// y[n, r, i, j, c] = the largest x[n, c, p, q] for p from rows[n, r, i] and q from columns[n, r, j], 0 where there are none; further results
/// are its row and column, −1 where there are none. Inputs x, and where rows and columns begin and end.
/// </summary>
public sealed class RoiPool : Operator
{
    /// <summary>The operator.</summary>
    public static readonly RoiPool Instance = new();

    /// <inheritdoc/>
    public override string ResultName(int result) => result == 1 ? "row" : "column";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var shape = ImmutableArray.Create<Dimension>([.. context.Shape(1), context.Shape(3)[2], context.Shape(0)[1]]);
        var place = new TensorType(ScalarKind.I32, shape);
        return [TensorType.Float(shape), place, place];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var (height, width) = (context.Shape(0)[2], context.Shape(0)[3]);
        var first = context.Inputs.Length;
        var largest = Elementwise.Read(first, axes);
        var place = Elementwise.Read(first + 1, axes);
        var row = ScalarExpression.Apply(UnaryFunction.Floor, (place + (ScalarExpression)0.5) / width.Size);
        return new(
            [
                new TensorDefinition(axes, Over(ReductionKind.Max)),
                new TensorDefinition(axes, Over(ReductionKind.ArgMax)),
                Where(largest, 0, ScalarKind.F32),
                Where(row, -1, ScalarKind.I32),
                Where(place - row * width.Size, -1, ScalarKind.I32),
            ],
            ResultCount: 3);

        ScalarExpression Over(ReductionKind kind)
        {
            var (p, q) = (new Axis("p", height), new Axis("q", width));
            ImmutableArray<Axis> rows = [axes[0], axes[1], axes[2]];
            ImmutableArray<Axis> columns = [axes[0], axes[1], axes[3]];
            return new ScalarReduction(kind, [p, q], Elementwise.Read(0, [axes[0], axes[4], p, q]))
            {
                Ranges =
                [
                    new AxisRange(p, Elementwise.Read(1, rows), Elementwise.Read(2, rows)),
                    new AxisRange(q, Elementwise.Read(3, columns), Elementwise.Read(4, columns)),
                ],
            };
        }

        TensorDefinition Where(ScalarExpression number, double none, ScalarKind element) =>
            new(axes, ScalarExpression.Select(ComparisonFunction.Greater, largest, double.NegativeInfinity, number, none), element);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) => RoiPoolGradient.Instance.Set(gradient, gradient.Node.Results.Skip(1));
}

/// <summary>
/// dx[n, c, p, q] = Σ{r, i, j} [row[n, r, i, j, c] = p] · [column[n, r, i, j, c] = q] · dy[n, r, i, j, c]. Inputs dy, row and column; attribute
/// size, height and width.
/// </summary>
public sealed class RoiPoolGradient : RegionGradient
{
    /// <summary>The operator.</summary>
    public static readonly RoiPoolGradient Instance = new();

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var all = Elementwise.AxesOf(context.Inputs[0]);
        ImmutableArray<Axis> bin = [axes[0], all[1], all[2], all[3], axes[1]];
        return new([new TensorDefinition(axes, ScalarExpression.Sum([all[1], all[2], all[3]],
            RegionBins.Sent(axes, Elementwise.Read(1, bin), Elementwise.Read(2, bin), Elementwise.Read(0, bin))))]);
    }
}
