using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Language;

/// <summary>
/// What a [Loss] method holds predictions against. Where its shape is not declared, the loss that reads it first says it: see
/// <see cref="LossLayer.TargetType"/>.
/// </summary>
public sealed class LabelsLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = new("Labels",
        [
            new("Length", ArgumentKind.Int, 0), new("Rows", ArgumentKind.Int, 0), new("Columns", ArgumentKind.Int, 0),
            new("Channels", ArgumentKind.Int, 0), new("Height", ArgumentKind.Int, 0), new("Width", ArgumentKind.Int, 0),
        ], Inputs: 0);

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Target;

    /// <summary>The argument that is given where a [Shape] is; a number for each sample has no extents.</summary>
    public const string ShapeArgument = "Shape";

    /// <summary>True where the declaration says what the labels look like.</summary>
    public static bool HasShape(LayerSpec layer) => layer.Arguments.Has(ShapeArgument);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        return builder.Graph.AddInput(builder.Name, TensorType.Float([Dimension.Batch, .. InputLayer.Shape(builder)]));
    }
}
