using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// An image of a multiple of its size, nearest or bilinear; the pixels' areas lie upon one another, or, with AlignCorners, the middles of the
/// pixels in the corners. Keras: UpSampling2D; PyTorch: Upsample.
/// </summary>
public sealed class UpsampleLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Upsample",
        new("Scale", ArgumentKind.Pair), new("Mode", ArgumentKind.Text, nameof(InterpolationMode.Nearest)),
        new("AlignCorners", ArgumentKind.Bool, false));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        builder.RequireImage(input);
        var mode = builder.Member<InterpolationMode>("Mode");
        var scale = builder.Pair("Scale", 1, MaxScale);
        if (builder.Bool("AlignCorners"))
        {
            if (mode != InterpolationMode.Bilinear)
            {
                throw builder.Error(
                    Rules.InvalidArgument, "AlignCorners", builder.Label, "AlignCorners", "corners are aligned where the mode is Bilinear");
            }

            // The whole image is one region, with a sample for each pixel.
            var (rows, columns) = (Taps("y", 2, scale.Height), Taps("x", 3, scale.Width));
            return RegionBins.AddWhole(builder, builder.Add(RoiAlign.Instance, "regions", [input, .. rows.Results, .. columns.Results]).Result);
        }

        return Along(3, scale.Width, "", Along(2, scale.Height, "rows", input));

        Node Taps(string name, int axis, int factor)
        {
            var extent = input.Type.Shape[axis].Size;
            return builder.Add(CornerTaps.Instance, name, [], CornerTaps.Of(extent, extent * factor));
        }

        Value Along(int axis, int factor, string suffix, Value value)
        {
            // Beyond its edges an image is what it is there.
            if (mode == InterpolationMode.Bilinear)
                value = builder.Add(Pad.Instance, axis == 2 ? "above" : "beside", [value], Pad.Of(PaddingMode.Edge, axis, 1, 1)).Result;
            return builder.Add(Interpolate.Instance, suffix, [value], Interpolate.Of(mode, axis, factor)).Result;
        }
    }

    // A larger one is no image any more; its taps stay within what is written out at build time.
    private const int MaxScale = 32;
}

/// <summary>
/// Along one axis of an image that is stretched so that its first and last pixels stay where they are, the two pixels that pixel b of the
/// result lies between, place[n, 0, b, t], and with what weight, the second result. Reads nothing; attributes extent and bins, before and
/// behind.
/// </summary>
public sealed class CornerTaps : Operator
{
    /// <summary>The operator.</summary>
    public static readonly CornerTaps Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(int extent, int bins) => Attributes.Empty.With("extent", extent).With("bins", bins);

    /// <inheritdoc/>
    public override string ResultName(int result) => "weight";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var shape = ImmutableArray.Create<Dimension>(Dimension.Batch, 1, context.Attributes.Int("bins"), 2);
        return [new TensorType(ScalarKind.I32, shape), TensorType.Float(shape)];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var (extent, bins) = (context.Attributes.Int("extent"), context.Attributes.Int("bins"));
        ScalarExpression tap = new ScalarIndex(axes[3]);
        var place = new ScalarIndex(axes[2]) * (ScalarExpression)(extent - 1) / Math.Max(bins - 1, 1);
        var low = ScalarExpression.Apply(UnaryFunction.Floor, place);
        var fraction = place - low;
        return new(
            [
                new TensorDefinition(axes, ScalarExpression.Min(low + tap, extent - 1), ScalarKind.I32),
                new TensorDefinition(axes, ScalarExpression.Select(ComparisonFunction.Equal, tap, 0, 1 - fraction, fraction)),
            ],
            ResultCount: 2);
    }
}

/// <summary>What stands between the elements of an image that is made larger.</summary>
public enum InterpolationMode
{
    /// <summary>The nearest element.</summary>
    Nearest,

    /// <summary>The mean of the two nearest in each direction, by their distance.</summary>
    Bilinear,
}

/// <summary>
/// y[…, i, …] = Σ w(k) · x[…, (i + c − k) / scale, …] along one axis, where the division is exact. Nearest: k &lt; scale, w = 1, c = 0.
/// Bilinear: the triangle of width 2 · scale, over an x that has one element more at each end. Attributes axis (which counts the batch),
/// scale and mode.
/// </summary>
public sealed class Interpolate : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Interpolate Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(InterpolationMode mode, int axis, int scale) =>
        Attributes.Empty.With("mode", mode.ToString()).With("axis", axis).With("scale", scale);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var axis = context.Attributes.Int("axis");
        var taps = new InterpolationTaps(context.Attributes);
        return [TensorType.Float(context.Shape(0).SetItem(axis, (context.Size(0, axis) - taps.Border) * taps.Scale))];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var along = context.Attributes.Int("axis");
        var taps = new InterpolationTaps(context.Attributes);
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var index = ((IndexExpression)axes[along] - taps.Axis + taps.Center).DividedBy(taps.Scale);
        return new([new TensorDefinition(axes, taps.Sum(new ScalarRead(0, [.. axes.Select((axis, d) => d == along ? index : axis)], 0)))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(InterpolateGradient.Instance, "input", [gradient.ResultGradient], gradient.Node.Attributes));
}

/// <summary>dx[…, j, …] = Σ w(k) · dy[…, scale · j + k − c, …]; attributes of <see cref="Interpolate"/>.</summary>
public sealed class InterpolateGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly InterpolateGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var axis = context.Attributes.Int("axis");
        var taps = new InterpolationTaps(context.Attributes);
        return [TensorType.Float(context.Shape(0).SetItem(axis, context.Size(0, axis) / taps.Scale + taps.Border))];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var along = context.Attributes.Int("axis");
        var taps = new InterpolationTaps(context.Attributes);
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var index = (IndexExpression)axes[along] * taps.Scale + taps.Axis + -taps.Center;
        return new([new TensorDefinition(axes, taps.Sum(new ScalarRead(0, [.. axes.Select((axis, d) => d == along ? index : axis)],
            taps.Border == 0 ? null : 0)))]);
    }
}

/// <summary>The taps of an interpolation along one axis.</summary>
internal sealed class InterpolationTaps
{
    private readonly bool _isLinear;

    public InterpolationTaps(Attributes attributes)
    {
        Scale = attributes.Int("scale");
        _isLinear = attributes.Text("mode") == nameof(InterpolationMode.Bilinear);
        // Elements lie half a step apart from the larger image's where the scale is even: the triangle has no tap at its top then.
        Axis = new Axis("k", _isLinear ? 2 * Scale - Scale % 2 : Scale);
        Center = _isLinear ? 3 * Scale / 2 : 0;
    }

    public int Scale { get; }

    public Axis Axis { get; }

    /// <summary>The tap that stands on an element.</summary>
    public int Center { get; }

    /// <summary>Elements that the smaller tensor has more than the image.</summary>
    public int Border => _isLinear ? 2 : 0;

    public ScalarExpression Sum(ScalarRead read)
    {
        if (!_isLinear)
            return ScalarExpression.Sum([Axis], read);
        var top = (Axis.Extent.Size - 1) / 2.0;
        var distance = ScalarExpression.Apply(UnaryFunction.Abs, new ScalarIndex(Axis) - top);
        return ScalarExpression.Sum([Axis], read * (1 - distance * (1.0 / Scale)));
    }
}
