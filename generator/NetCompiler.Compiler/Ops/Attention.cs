using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Multi-head self-attention (Vaswani and others: Attention Is All You Need, 2017) over a sequence (T, E), with PyTorch's parameters of
/// MultiheadAttention: in_proj_weight (3E, E), in_proj_bias (3E), out_proj.weight (E, E), out_proj.bias (E).
/// </summary>
public sealed class MultiHeadAttentionLayer : Layer
{
    // Of sequences (N, T, E).
    private const int Features = 2;

    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("MultiHeadAttention",
        new("Heads", ArgumentKind.Int), new("Causal", ArgumentKind.Bool, false), new("Bias", ArgumentKind.Bool, true));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        builder.RequireSequence(builder.Input);
        var (steps, width) = (builder.Input.Type.Shape[1].Size, builder.Input.Type.Shape[Features].Size);
        var heads = builder.Int("Heads", 1);
        if (width % heads != 0)
        {
            throw builder.Error(Rules.InvalidArgument, "Heads", builder.Label, "Heads",
                $"{heads.ToString(CultureInfo.InvariantCulture)} heads do not divide {width.ToString(CultureInfo.InvariantCulture)} features");
        }

        var all = Project(builder, builder.Input, "in_proj", "_", 3 * width, "projection");
        var (query, keys, values) = (Part("query", 0), Part("keys", 1), Part("values", 2));
        var scaled = builder.Add(Affine.Instance, "scaled", [query], Affine.Of(1 / Math.Sqrt(width / heads), 0)).Result;
        var attributes = Attributes.Empty.With("heads", heads);
        var scores = builder.Add(AttentionScores.Instance, "scores", [scaled, keys], attributes).Result;
        var weights = builder.Bool("Causal")
            ? builder.Add(CausalSoftmax.Instance, "weights", [scores], CausalSoftmax.Of(steps)).Result
            : builder.Add(Softmax.Instance, "weights", [scores]).Result;
        var context = builder.Add(AttentionContext.Instance, "context", [weights, values], attributes).Result;
        return Project(builder, context, "out_proj", ".", width, "");

        Value Part(string name, int index) =>
            builder.Add(Slice.Instance, name, [all], Slice.Of(Features, index * width, width)).Result;
    }

    private static Value Project(LayerBuilder builder, Value input, string parameter, string separator, int outputs, string suffix)
    {
        var inputs = input.Type.Shape[Features].Size;
        var weight = builder.AddParameter($"{parameter}{separator}weight", [outputs, inputs], ParameterInitializer.Weights, inputs, outputs);
        if (!builder.Bool("Bias"))
            return builder.Add(Dense.Instance, suffix, [input, weight]).Result;
        var product = builder.Add(Dense.Instance, $"{parameter}_product", [input, weight]).Result;
        var bias = builder.AddParameter($"{parameter}{separator}bias", [outputs], ParameterInitializer.Zeros);
        return builder.Add(BiasAdd.Instance, suffix, [product, bias]).Result;
    }
}

/// <summary>
/// s[n, h·T + t, k] = Σ q[n, t, h·D + c] · x[n, k, h·D + c] over the D features c of head h: how much each step has in common with each key.
/// Inputs q (N, T, E) and x (N, K, E); attribute heads.
/// </summary>
public sealed class AttentionScores : Operator
{
    /// <summary>The operator.</summary>
    public static readonly AttentionScores Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(context.Shape(0)[0], context.Attributes.Int("heads") * context.Size(0, 1), context.Size(1, 1))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var a = new AttentionAxes(context.Attributes, context.Shape(0), context.Shape(1));
        return new([new TensorDefinition([a.N, a.Head, a.Step, a.Key],
            ScalarExpression.Sum([a.Feature], new ScalarRead(0, a.StepIndex) * new ScalarRead(1, a.KeyIndex)), Indices: a.ScoreIndex)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var (q, x, ds) = (gradient.Node.Inputs[0], gradient.Node.Inputs[1], gradient.ResultGradient);
        var attributes = gradient.Node.Attributes;
        if (gradient.Needs(0))
            gradient.Set(0, gradient.Add(AttentionContext.Instance, "query", [ds, x], attributes));
        if (gradient.Needs(1))
            gradient.Set(1, gradient.Add(AttentionContext.Instance, "keys", [ds, q], attributes.With("transposed", true)));
    }
}

/// <summary>
/// y[n, t, h·D + c] = Σ{k} s[n, h·T + t, k] · x[n, k, h·D + c]: what each step takes of what there is at the keys. Inputs s and x; attributes
/// heads, and transposed, by default false: with it y[n, k, h·D + c] = Σ{t} s[n, h·T + t, k] · x[n, t, h·D + c].
/// </summary>
public sealed class AttentionContext : Operator
{
    /// <summary>The operator.</summary>
    public static readonly AttentionContext Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var steps = IsTransposed(context.Attributes) ? context.Size(0, 2) : context.Size(0, 1) / context.Attributes.Int("heads");
        return [TensorType.Float(context.Shape(0)[0], steps, context.Shape(1)[2])];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var (result, x) = (Infer(context)[0].Shape, context.Shape(1));
        var isTransposed = IsTransposed(context.Attributes);
        var a = isTransposed ? new AttentionAxes(context.Attributes, x, result) : new AttentionAxes(context.Attributes, result, x);
        var (from, to) = isTransposed ? (a.StepIndex, a.KeyIndex) : (a.KeyIndex, a.StepIndex);
        return new([new TensorDefinition([a.N, a.Head, isTransposed ? a.Key : a.Step, a.Feature],
            ScalarExpression.Sum([isTransposed ? a.Step : a.Key], new ScalarRead(0, a.ScoreIndex) * new ScalarRead(1, from)), Indices: to)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var (s, x, dy) = (gradient.Node.Inputs[0], gradient.Node.Inputs[1], gradient.ResultGradient);
        var attributes = gradient.Node.Attributes;
        var isTransposed = IsTransposed(attributes);
        if (gradient.Needs(0))
        {
            gradient.Set(0, gradient.Add(AttentionScores.Instance, "weights", isTransposed ? [x, dy] : [dy, x],
                Attributes.Empty.With("heads", attributes.Int("heads"))));
        }

        if (gradient.Needs(1))
            gradient.Set(1, gradient.Add(Instance, "values", [s, dy], attributes.With("transposed", !isTransposed)));
    }

    private static bool IsTransposed(Attributes attributes) => attributes.Bool("transposed", false);
}

/// <summary>The axes of attention with heads of which each has a part of the features, and the indices over them.</summary>
internal sealed class AttentionAxes
{
    private readonly int _features;
    private readonly int _steps;

    /// <summary>The axes.</summary>
    /// <param name="attributes">The attribute heads.</param>
    /// <param name="steps">(N, T, E).</param>
    /// <param name="keys">(N, K, E).</param>
    public AttentionAxes(Attributes attributes, ImmutableArray<Dimension> steps, ImmutableArray<Dimension> keys)
    {
        var heads = attributes.Int("heads");
        _features = steps[2].Size / heads;
        _steps = steps[1].Size;
        N = new Axis("n", steps[0]);
        Head = new Axis("h", heads);
        Step = new Axis("t", steps[1]);
        Key = new Axis("k", keys[1]);
        Feature = new Axis("c", _features);
    }

    public Axis N { get; }

    public Axis Head { get; }

    public Axis Step { get; }

    public Axis Key { get; }

    public Axis Feature { get; }

    public ImmutableArray<IndexExpression> StepIndex => [N, Step, (IndexExpression)Head * _features + Feature];

    public ImmutableArray<IndexExpression> KeyIndex => [N, Key, (IndexExpression)Head * _features + Feature];

    public ImmutableArray<IndexExpression> ScoreIndex => [N, (IndexExpression)Head * _steps + Step, Key];
}
