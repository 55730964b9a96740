using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// What <see cref="RoiPoolLayer"/> and <see cref="RoiAlignLayer"/> have in common: boxes (R, 4), each x₁, y₁, x₂, y₂ in the picture that the
/// features were made of, cut into bins along one axis. Attributes bins, extent of the features, scale from the picture to them, and
/// horizontal, which says whether it is the axis of x or of y.
/// </summary>
internal static class RegionBins
{
    private const int BoxNumbers = 4;

    /// <summary>Regions (N, R, h, w, C) as users have them: (N, R, C, h, w).</summary>
    public static readonly Attributes ChannelsFirst = Permute.Of([0, 3, 1, 2]);

    /// <summary>The two inputs of a layer, features and boxes.</summary>
    public static (Value Features, Value Boxes) Require(LayerBuilder builder)
    {
        var (features, boxes) = (builder.Inputs[0], builder.Inputs[1]);
        builder.RequireImage(features);
        if (boxes.Type.Rank != 3 || boxes.Type.Shape[2].Size != BoxNumbers)
            throw builder.Error(Rules.ShapeMismatch, null, builder.Label, features.Type.ToShapeText(), boxes.Type.ToShapeText(), "boxes R×4");
        return (features, boxes);
    }

    /// <summary>The layer's result where the image (N, C, h, w) is all of one region (N, 1, h, w, C).</summary>
    public static Value AddWhole(LayerBuilder builder, Value region) =>
        builder.Add(Squeeze.Instance, "", [builder.Add(Permute.Instance, "whole", [region], ChannelsFirst).Result], Squeeze.Of(1)).Result;

    /// <summary>The attributes of one axis.</summary>
    public static Attributes Of(LayerBuilder builder, TensorType features, int bins, bool isHorizontal) =>
        Of(bins, features.Shape[isHorizontal ? 3 : 2].Size, builder.Double("SpatialScale", min: double.Epsilon), isHorizontal);

    /// <summary>The attributes of one axis.</summary>
    public static Attributes Of(int bins, int extent, double scale, bool isHorizontal) =>
        Attributes.Empty.With("bins", bins).With("extent", extent).With("scale", scale).With("horizontal", isHorizontal);

    /// <summary>Where a box begins and ends on the features, between pixels.</summary>
    public static (ScalarExpression First, ScalarExpression Last) Edges(OperatorContext context, Axis sample, Axis box)
    {
        var axis = context.Attributes.Bool("horizontal", false) ? 0 : 1;
        var scale = context.Attributes.Double("scale");
        return (Edge(axis), Edge(axis + 2));

        ScalarExpression Edge(int number) => new ScalarRead(0, [sample, box, number]) * (ScalarExpression)scale;
    }

    /// <summary>What is sent to a pixel (n, c, p, q): a number, where data name its row and column, else 0.</summary>
    public static ScalarExpression Sent(ImmutableArray<Axis> pixel, ScalarRead row, ScalarRead column, ScalarExpression number) =>
        ScalarExpression.Select(ComparisonFunction.Equal, row, new ScalarIndex(pixel[2]),
            ScalarExpression.Select(ComparisonFunction.Equal, column, new ScalarIndex(pixel[3]), number, 0), 0);
}
