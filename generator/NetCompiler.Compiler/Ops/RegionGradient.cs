using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// The gradient of the features (N, C, H, W) that regions (N, R, h, w, C) were made of. Input 0 is that of the regions; the others say where
/// each went. Attribute size, height and width of the features.
/// </summary>
public abstract class RegionGradient : Operator
{
    /// <inheritdoc/>
    public sealed override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float([context.Shape(0)[0], context.Shape(0)[4], .. context.Attributes.Ints("size").Select(e => (Dimension)e)])];

    /// <summary>Gives the features, input 0 of a node, this gradient.</summary>
    /// <param name="gradient">What the node's rule adds to.</param>
    /// <param name="places">What says where each region came from.</param>
    internal void Set(GradientContext gradient, IEnumerable<Value> places)
    {
        if (!gradient.Needs(0))
            return;
        var features = gradient.Node.Inputs[0].Type;
        gradient.Set(0, gradient.Add(this, "input", [gradient.ResultGradient, .. places],
            Attributes.Empty.With("size", ImmutableArray.Create(features.Shape[2].Size, features.Shape[3].Size))));
    }
}
