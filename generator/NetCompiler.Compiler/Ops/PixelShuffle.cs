using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Channels become places: (C · r², H, W) becomes (C, H · r, W · r) (Shi et al., "Real-time single image and video super-resolution
/// using an efficient sub-pixel convolutional neural network", 2016). PyTorch: PixelShuffle; ONNX: DepthToSpace, mode CRD.
/// </summary>
public sealed class PixelShuffleLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("PixelShuffle", new SignatureParameter("Factor", ArgumentKind.Int));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        builder.RequireImage(input);
        var factor = builder.Int("Factor", 1, LayerBuilder.MaxWindow);
        var channels = input.Type.Shape[1].Size;
        if (channels % (factor * factor) != 0)
        {
            throw builder.Error(Rules.InvalidArgument, "Factor", builder.Label, "Factor",
                "the " + channels.ToString(CultureInfo.InvariantCulture) + " channels are no multiple of its square, "
                + (factor * factor).ToString(CultureInfo.InvariantCulture));
        }

        return builder.Add(PixelShuffle.Instance, "", [input], Attributes.Empty.With("factor", factor)).Result;
    }
}

/// <summary>The inverse of <see cref="PixelShuffleLayer"/>: (C, H · r, W · r) becomes (C · r², H, W). PyTorch: PixelUnshuffle.</summary>
public sealed class PixelUnshuffleLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("PixelUnshuffle", new SignatureParameter("Factor", ArgumentKind.Int));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        builder.RequireImage(input);
        var factor = builder.Int("Factor", 1, LayerBuilder.MaxWindow);
        if (input.Type.Shape[2].Size % factor != 0 || input.Type.Shape[3].Size % factor != 0)
        {
            throw builder.Error(Rules.InvalidArgument, "Factor", builder.Label, "Factor",
                "height and width of " + input.Type.ToShapeText() + " are no multiples of it");
        }

        return builder.Add(PixelUnshuffle.Instance, "", [input], Attributes.Empty.With("factor", factor)).Result;
    }
}

/// <summary>y[n, c, h·r + i, w·r + j] = x[n, c·r² + i·r + j, h, w]; attribute factor, r.</summary>
public sealed class PixelShuffle : Operator
{
    /// <summary>The operator.</summary>
    public static readonly PixelShuffle Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var factor = context.Attributes.Int("factor");
        return [TensorType.Float(
            context.Shape(0)[0], context.Size(0, 1) / (factor * factor), context.Size(0, 2) * factor, context.Size(0, 3) * factor)];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var shape = context.Shape(0);
        var a = new ShuffleAxes(shape[0], context.Attributes.Int("factor"), Infer(context)[0].Shape[1], shape[2], shape[3]);
        return new([new TensorDefinition(a.All, new ScalarRead(0, a.Small), Indices: a.Large)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(PixelUnshuffle.Instance, "input", [gradient.ResultGradient], gradient.Node.Attributes));
}

/// <summary>
/// The inverse of <see cref="PixelShuffle"/>: y[n, c·r² + i·r + j, h, w] = x[n, c, h·r + i, w·r + j]; attribute factor, r.
/// </summary>
public sealed class PixelUnshuffle : Operator
{
    /// <summary>The operator.</summary>
    public static readonly PixelUnshuffle Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var factor = context.Attributes.Int("factor");
        return [TensorType.Float(
            context.Shape(0)[0], context.Size(0, 1) * factor * factor, context.Size(0, 2) / factor, context.Size(0, 3) / factor)];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var shape = Infer(context)[0].Shape;
        var a = new ShuffleAxes(context.Shape(0)[0], context.Attributes.Int("factor"), context.Shape(0)[1], shape[2], shape[3]);
        return new([new TensorDefinition(a.All, new ScalarRead(0, a.Large), Indices: a.Small)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(PixelShuffle.Instance, "input", [gradient.ResultGradient], gradient.Node.Attributes));
}

/// <summary>The axes of a pixel shuffle, and an element's index in the small image of many channels and in the large one of few.</summary>
internal sealed class ShuffleAxes(Dimension batch, int factor, Dimension channels, Dimension height, Dimension width)
{
    private readonly Axis _n = new("n", batch);
    private readonly Axis _c = new("c", channels);
    private readonly Axis _y = new("y", height);
    private readonly Axis _i = new("i", factor);
    private readonly Axis _x = new("x", width);
    private readonly Axis _j = new("j", factor);

    public ImmutableArray<Axis> All => [_n, _y, _i, _x, _j, _c];

    public ImmutableArray<IndexExpression> Small =>
        [_n, (IndexExpression)_c * (factor * factor) + (IndexExpression)_i * factor + _j, _y, _x];

    public ImmutableArray<IndexExpression> Large => [_n, _c, (IndexExpression)_y * factor + _i, (IndexExpression)_x * factor + _j];
}
