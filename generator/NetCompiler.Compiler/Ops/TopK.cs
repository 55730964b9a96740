using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// The largest elements of a vector, of the channels at each place of an image, or of the last extent of anything else, in descending
/// order; the second result is where they stand. Keras: ops.top_k; PyTorch: topk; ONNX: TopK.
/// </summary>
public sealed class TopKLayer : MultiResultLayer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("TopK", new SignatureParameter("Count", ArgumentKind.Int));

    /// <inheritdoc/>
    public override int CountResults(Attributes arguments) => 2;

    /// <inheritdoc/>
    public override ImmutableArray<Value> BuildResults(LayerBuilder builder) => AddTo(builder).Results;

    /// <summary>Adds the node whose results are the largest elements and their indices.</summary>
    internal static Node AddTo(LayerBuilder builder)
    {
        builder.RequireFeatures(builder.Input);
        var features = builder.Input.Type.Shape[builder.Input.Type.FeatureDimension].Size;
        return builder.Add(TopK.Instance, "", [builder.Input], Attributes.Empty.With("count", builder.Int("Count", 1, features)));
    }
}

/// <summary>The second result of <see cref="TopKLayer"/>, for chains: where the elements stand, as numbers; of those that are equal the first. It has no gradient.</summary>
public sealed class TopKIndicesLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("TopKIndices", new SignatureParameter("Count", ArgumentKind.Int));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => TopKLayer.AddTo(builder).Results[1];
}

/// <summary>
/// y[n, k, …] = the element of x[n, ·, …] than which k others are larger, or equal and before it; the second result, indices, is where it
/// stands. Over the channels or features; attribute count, how many k there are.
/// </summary>
/// <remarks>
/// The place of each element in the order is found by comparing it with all others, which is quadratic in their number and needs no memory
/// but for the places.
/// </remarks>
public sealed class TopK : Operator
{
    /// <summary>The operator.</summary>
    public static readonly TopK Instance = new();

    /// <inheritdoc/>
    public override string ResultName(int result) => "indices";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var type = TensorType.Float(context.Shape(0).SetItem(context.Inputs[0].FeatureDimension, context.Attributes.Int("count")));
        return [type, type];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var type = Infer(context)[0];
        var feature = context.Inputs[0].FeatureDimension;
        var elements = Elementwise.AxesOf(context.Inputs[0]);
        var (i, j) = (elements[feature], new Axis("j", elements[feature].Extent));
        var (own, other) = (Elementwise.Read(0, elements), Elementwise.Read(0, elements.SetItem(feature, j)));
        var isBefore = ScalarExpression.Select(ComparisonFunction.Less, new ScalarIndex(j), new ScalarIndex(i), 1, 0);
        var place = new TensorDefinition(elements, ScalarExpression.Sum([j], ScalarExpression.Select(ComparisonFunction.Greater, other, own, 1,
            ScalarExpression.Select(ComparisonFunction.Equal, other, own, isBefore, 0))));

        var axes = Elementwise.AxesOf(type);
        var candidate = new Axis("i", i.Extent);
        var at = axes.SetItem(feature, candidate);
        ScalarExpression Chosen(ScalarExpression value) => ScalarExpression.Sum([candidate], ScalarExpression.Select(
            ComparisonFunction.Equal, Elementwise.Read(1, at), new ScalarIndex(axes[feature]), value, 0));
        return new(
            [place, new TensorDefinition(axes, Chosen(Elementwise.Read(0, at))), new TensorDefinition(axes, Chosen(new ScalarIndex(candidate)))],
            ResultCount: 2);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var x = gradient.Node.Inputs[0].Type;
        gradient.Set(0, gradient.Add(TopKGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Results[1]],
            Attributes.Empty.With("total", x.Shape[x.FeatureDimension].Size)));
    }
}

/// <summary>dx[n, i, …] = dy of the place in the order that the element has, 0 where it has none. Inputs dy and indices; attribute total.</summary>
public sealed class TopKGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly TopKGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(context.Shape(0).SetItem(context.Inputs[0].FeatureDimension, context.Attributes.Int("total")))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var feature = context.Inputs[0].FeatureDimension;
        var k = new Axis("k", context.Size(0, feature));
        var at = axes.SetItem(feature, k);
        return new([new TensorDefinition(axes, ScalarExpression.Sum([k], ScalarExpression.Select(ComparisonFunction.Equal,
            Elementwise.Read(1, at), new ScalarIndex(axes[feature]), Elementwise.Read(0, at), 0)))]);
    }
}
