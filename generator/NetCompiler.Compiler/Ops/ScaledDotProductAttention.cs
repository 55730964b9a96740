using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Attention of all heads as one operator, softmax(scale · q · kᵀ) · v for each of them: what <see cref="AttentionScores"/>, softmax and
/// <see cref="AttentionContext"/> compute, without the scores leaving it. Inputs q (N, T, E), k and v (N, K, E), and where sequences of keys
/// end early their lengths (N) or (N, 1); attributes heads, scale, and causal, true where a step sees no later keys.
/// </summary>
public sealed class ScaledDotProductAttention : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ScaledDotProductAttention Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(int heads, double scale, bool causal) =>
        Attributes.Empty.With("heads", heads).With("scale", scale).With("causal", causal);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var a = new AttentionAxes(context.Attributes, context.Shape(0), context.Shape(1));
        var sources = context.Inputs.Length;
        var values = ScalarExpression.Sum([a.Key], Elementwise.Read(sources + 3, a.All) * new ScalarRead(2, a.KeyIndex));
        return new([.. Weights(context, a, 0), new TensorDefinition([a.N, a.Head, a.Step, a.Feature], values, Indices: a.StepIndex)]);
    }

    /// <inheritdoc/>
    public override int? IntegerBound(OperatorContext context, int input) => context.Size(1, 1) + 1;

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var node = gradient.Node;
        if (!Enumerable.Range(0, 3).Any(gradient.Needs))
            return;
        var results = gradient.AddNode(
            ScaledDotProductAttentionGradient.Instance, "heads", [gradient.ResultGradient, .. node.Inputs], node.Attributes).Results;
        for (var i = 0; i < results.Length; i++)
            gradient.Set(i, results[i]);
    }

    /// <summary>The definitions of the scores, the largest of each row, the sum of its exponentials, and the weights.</summary>
    /// <param name="context">The node.</param>
    /// <param name="a">The axes.</param>
    /// <param name="query">The input of the queries, behind which are keys, values and lengths.</param>
    internal static ImmutableArray<TensorDefinition> Weights(OperatorContext context, AttentionAxes a, int query)
    {
        var sources = context.Inputs.Length;
        var mask = new KeyMask(new ScalarIndex(a.Step), a.Key, context.Attributes.Bool("causal", false),
            sources > query + 3 ? MaskedSoftmax.LengthOf(query + 3, context, a.N) : null);
        var products = ScalarExpression.Sum([a.Feature], new ScalarRead(query, a.StepIndex) * new ScalarRead(query + 1, a.KeyIndex));
        return
        [
            new TensorDefinition(a.All, products * context.Attributes.Double("scale")),
            .. mask.Softmax(Elementwise.Read(sources, a.All), [a.N, a.Head, a.Step], a.All, sources + 1),
        ];
    }
}

/// <summary>
/// The gradients of queries, keys and values. With the weights p = softmax(scale · q · kᵀ), dp = dy · vᵀ and
/// ds = scale · p · (dp − Σ p · dp): dq = ds · k, dk = dsᵀ · q, dv = pᵀ · dy. Inputs dy and those of <see cref="ScaledDotProductAttention"/>,
/// whose attributes these are too.
/// </summary>
public sealed class ScaledDotProductAttentionGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ScaledDotProductAttentionGradient Instance = new();

    /// <inheritdoc/>
    public override string ResultName(int result) => result == 1 ? "keys" : "values";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[1], context.Inputs[2], context.Inputs[3]];

    /// <inheritdoc/>
    public override int? IntegerBound(OperatorContext context, int input) => context.Size(2, 1) + 1;

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var a = new AttentionAxes(context.Attributes, context.Shape(1), context.Shape(2));
        var weights = ScaledDotProductAttention.Weights(context, a, 1);
        var next = context.Inputs.Length + weights.Length;
        var (p, dp, ds) = (Elementwise.Read(next - 1, a.All), Elementwise.Read(next, a.All), Elementwise.Read(next + 2, a.All));
        ImmutableArray<Axis> rows = [a.N, a.Head, a.Step];
        ImmutableArray<Axis> queries = [.. rows, a.Feature], keys = [a.N, a.Head, a.Key, a.Feature];
        return new(
        [
            .. weights,
            new TensorDefinition(a.All, ScalarExpression.Sum([a.Feature], new ScalarRead(0, a.StepIndex) * new ScalarRead(3, a.KeyIndex))),
            new TensorDefinition(rows, ScalarExpression.Sum([a.Key], p * dp)),
            new TensorDefinition(a.All, p * (dp - Elementwise.Read(next + 1, rows)) * context.Attributes.Double("scale")),
            new TensorDefinition(queries, ScalarExpression.Sum([a.Key], ds * new ScalarRead(2, a.KeyIndex)), Indices: a.StepIndex),
            new TensorDefinition(keys, ScalarExpression.Sum([a.Step], ds * new ScalarRead(1, a.StepIndex)), Indices: a.KeyIndex),
            new TensorDefinition(keys, ScalarExpression.Sum([a.Step], p * new ScalarRead(0, a.StepIndex)), Indices: a.KeyIndex),
        ], ResultCount: 3);
    }
}
