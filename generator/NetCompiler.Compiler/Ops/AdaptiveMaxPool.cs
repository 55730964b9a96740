using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// An image of a given size whatever the input's: the largest of windows from ⌊i · H / H'⌋ to ⌈(i + 1) · H / H'⌉. PyTorch: AdaptiveMaxPool2d.
/// </summary>
public sealed class AdaptiveMaxPoolLayer : Layer
{
    // As that of the mean.
    private const int MaxSize = 64;

    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("AdaptiveMaxPool", new SignatureParameter("Size", ArgumentKind.Pair));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        builder.RequireImage(input);
        var size = builder.Pair("Size", 1, MaxSize);
        // The whole image is one region.
        var rows = builder.Add(AdaptiveBins.Instance, "y", [], AdaptiveBins.Of(size.Height, input.Type.Shape[2].Size));
        var columns = builder.Add(AdaptiveBins.Instance, "x", [], AdaptiveBins.Of(size.Width, input.Type.Shape[3].Size));
        return RegionBins.AddWhole(builder, builder.Add(RoiPool.Instance, "regions", [input, .. rows.Results, .. columns.Results]).Result);
    }
}

/// <summary>
/// The windows that cut an extent into bins: from[n, 0, b] = ⌊b · extent / bins⌋, and the second result to[n, 0, b] = ⌈(b + 1) · extent / bins⌉.
/// Reads nothing; attributes bins and extent.
/// </summary>
public sealed class AdaptiveBins : Operator
{
    /// <summary>The operator.</summary>
    public static readonly AdaptiveBins Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(int bins, int extent) => Attributes.Empty.With("bins", bins).With("extent", extent);

    /// <inheritdoc/>
    public override string ResultName(int result) => "to";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var type = new TensorType(ScalarKind.I32, [Dimension.Batch, 1, context.Attributes.Int("bins")]);
        return [type, type];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var (bins, extent) = (context.Attributes.Int("bins"), context.Attributes.Int("extent"));
        ScalarExpression Floor(ScalarExpression numerator) => ScalarExpression.Apply(UnaryFunction.Floor, numerator / bins);
        ScalarExpression bin = new ScalarIndex(axes[2]);
        return new(
            [
                new TensorDefinition(axes, Floor(bin * extent), ScalarKind.I32),
                new TensorDefinition(axes, -Floor((bin + 1) * -extent), ScalarKind.I32),
            ],
            ResultCount: 2);
    }
}
