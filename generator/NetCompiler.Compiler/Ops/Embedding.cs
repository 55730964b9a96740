using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// A trained vector for each of a vocabulary's members: integers (T) make (T, Width). Weights (Vocabulary, Width); the vector of the
/// padding index is not trained. PyTorch and Keras: Embedding.
/// </summary>
public sealed class EmbeddingLayer : Layer
{
    private const int None = -1;

    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Embedding",
        new("Vocabulary", ArgumentKind.Int), new("Width", ArgumentKind.Int), new("PaddingIndex", ArgumentKind.Int, None));

    /// <inheritdoc/>
    public override bool TakesIntegers(int input) => true;

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var (vocabulary, width) = (builder.Int("Vocabulary", 1), builder.Int("Width", 1));
        builder.RequireIntegers(builder.Input);
        var padding = builder.Int("PaddingIndex", None, vocabulary - 1);
        var weight = builder.AddParameter("weight", [vocabulary, width], ParameterInitializer.Weights, vocabulary, width);
        return builder.Add(Gather.Instance, "", [weight, builder.Input], padding == None ? Attributes.Empty : Gather.Holding(padding)).Result;
    }
}

/// <summary>x of shape (V, …) with zeros in one row; attribute row.</summary>
public sealed class ClearRow : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ClearRow Instance = new();

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        return new([new TensorDefinition(axes, ScalarExpression.Select(ComparisonFunction.Equal,
            new ScalarIndex(axes[0]), context.Attributes.Int("row"), 0, Elementwise.Read(0, axes)))]);
    }
}
