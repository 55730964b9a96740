using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Regions of an image in one size each (He et al.: Mask R-CNN, 2017): each box is cut into bins, and a bin is the mean of samples in it, at
/// places between the pixels. It reads features (C, H, W) and boxes (R, 4) and makes (R, C, h, w). torchvision: ops.roi_align with a
/// sampling_ratio above 0. Boxes get no gradient.
/// </summary>
public sealed class RoiAlignLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = new("RoiAlign",
        [
            new("Size", ArgumentKind.Pair), new("SpatialScale", ArgumentKind.Double, 1.0), new("SamplingRatio", ArgumentKind.Int, 2),
            new("Aligned", ArgumentKind.Bool, false),
        ],
        Inputs: 2);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var (features, boxes) = RegionBins.Require(builder);
        var (height, width) = builder.Pair("Size", 1);
        var (yPlaces, yWeights) = Taps("y", height, isHorizontal: false);
        var (xPlaces, xWeights) = Taps("x", width, isHorizontal: true);
        var regions = builder.Add(RoiAlign.Instance, "regions", [features, yPlaces, yWeights, xPlaces, xWeights]).Result;
        return builder.Add(Permute.Instance, "", [regions], RegionBins.ChannelsFirst).Result;

        (Value Places, Value Weights) Taps(string axis, int bins, bool isHorizontal)
        {
            var taps = builder.Add(RoiAlignTaps.Instance, axis, [boxes], RegionBins.Of(builder, features.Type, bins, isHorizontal)
                .With("samples", builder.Int("SamplingRatio", 1, 64)).With("aligned", builder.Bool("Aligned")));
            return (taps.Results[0], taps.Results[1]);
        }
    }
}

/// <summary>
/// Along one axis of an image, what the bins of boxes read: for bin b of box r, for each of its samples the two pixels around it, place[n, r,
/// b, t], and with what weight, the second result; their mean is the bin. A sample more than a pixel outside of the image counts as 0. Input
/// boxes (N, R, 4); attributes of <see cref="RegionBins"/>, samples in a bin, and aligned, where a pixel's number is its middle.
/// </summary>
public sealed class RoiAlignTaps : Operator
{
    /// <summary>The operator.</summary>
    public static readonly RoiAlignTaps Instance = new();

    /// <inheritdoc/>
    public override string ResultName(int result) => "weight";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var samples = context.Attributes.Int("samples");
        var shape = ImmutableArray.Create<Dimension>(context.Shape(0)[0], context.Shape(0)[1], context.Attributes.Int("bins"), 2 * samples);
        return [new TensorType(ScalarKind.I32, shape), TensorType.Float(shape)];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var (samples, extent) = (context.Attributes.Int("samples"), context.Attributes.Int("extent"));
        var isAligned = context.Attributes.Bool("aligned", false);
        // Tap t is pixel t mod 2 of sample t / 2.
        ScalarExpression tap = new ScalarIndex(axes[3]);
        var sample = ScalarExpression.Apply(UnaryFunction.Floor, tap * 0.5);
        var side = tap - sample * 2;

        var (first, last) = RegionBins.Edges(context, axes[0], axes[1]);
        var start = isAligned ? first - 0.5 : first;
        var length = isAligned ? last - first : ScalarExpression.Max(last - first, 1);
        var coordinate = start + length / context.Attributes.Int("bins") * (new ScalarIndex(axes[2]) + (sample + 0.5) / samples);
        var place = Elementwise.Read(1, axes);
        var low = ScalarExpression.Apply(UnaryFunction.Floor, ScalarExpression.Max(place, 0));
        // At the last pixel and behind it there is no other one.
        var fraction = ScalarExpression.Select(ComparisonFunction.GreaterOrEqual, low, extent - 1, 0, ScalarExpression.Max(place, 0) - low);
        var weight = ScalarExpression.Select(ComparisonFunction.Equal, side, 0, 1 - fraction, fraction) / samples;
        var inside = ScalarExpression.Select(ComparisonFunction.Less, place, -1, 0,
            ScalarExpression.Select(ComparisonFunction.Greater, place, extent, 0, weight));
        return new(
            [
                new TensorDefinition(axes, coordinate),
                new TensorDefinition(axes, ScalarExpression.Max(ScalarExpression.Min(low + side, extent - 1), 0), ScalarKind.I32),
                new TensorDefinition(axes, inside),
            ],
            ResultCount: 2);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        // Boxes say where to look; they are not trained through what is seen there.
    }
}

/// <summary>
/// y[n, r, i, j, c] = Σ{t, u} wy[n, r, i, t] · wx[n, r, j, u] · x[n, c, py[n, r, i, t], px[n, r, j, u]]. Inputs x, py, wy, px, wx, of which x
/// gets a gradient.
/// </summary>
public sealed class RoiAlign : Operator
{
    /// <summary>The operator.</summary>
    public static readonly RoiAlign Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float([.. context.Shape(1).Take(3), context.Shape(3)[2], context.Shape(0)[1]])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var (t, u) = (new Axis("t", context.Shape(1)[3]), new Axis("u", context.Shape(3)[3]));
        ImmutableArray<Axis> row = [axes[0], axes[1], axes[2], t];
        ImmutableArray<Axis> column = [axes[0], axes[1], axes[3], u];
        var pixel = new ScalarGather(0, [axes[0], axes[4], 0, 0],
            [new GatherPosition(2, Elementwise.Read(1, row)), new GatherPosition(3, Elementwise.Read(3, column))]);
        return new([new TensorDefinition(axes, ScalarExpression.Sum([t, u], Elementwise.Read(2, row) * Elementwise.Read(4, column) * pixel))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) => RoiAlignGradient.Instance.Set(gradient, gradient.Node.Inputs.Skip(1));
}

/// <summary>
/// dx[n, c, p, q] = Σ{r, i, j, t, u} [py[n, r, i, t] = p] · [px[n, r, j, u] = q] · wy[n, r, i, t] · wx[n, r, j, u] · dy[n, r, i, j, c]. Inputs
/// dy, py, wy, px, wx; attribute size, height and width.
/// </summary>
public sealed class RoiAlignGradient : RegionGradient
{
    /// <summary>The operator.</summary>
    public static readonly RoiAlignGradient Instance = new();

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var all = Elementwise.AxesOf(context.Inputs[0]);
        var (r, i, j) = (all[1], all[2], all[3]);
        var (t, u) = (new Axis("t", context.Shape(1)[3]), new Axis("u", context.Shape(3)[3]));
        ImmutableArray<Axis> row = [axes[0], r, i, t];
        ImmutableArray<Axis> column = [axes[0], r, j, u];
        return new([new TensorDefinition(axes, ScalarExpression.Sum([r, i, j, t, u],
            RegionBins.Sent(axes, Elementwise.Read(1, row), Elementwise.Read(3, column),
                Elementwise.Read(2, row) * Elementwise.Read(4, column) * Elementwise.Read(0, [axes[0], r, i, j, axes[1]]))))]);
    }
}
