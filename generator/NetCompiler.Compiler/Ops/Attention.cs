using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Multi-head attention (Vaswani and others: Attention Is All You Need, 2017) of a sequence (T, E) on a sequence (K, C), which may be the same:
/// heads look each at a part of the features. Where sequences of keys end early, lengths (N) say how many there are. Parameters are those of
/// PyTorch's MultiheadAttention: in_proj_weight (3E, E), or where C is another width q_proj_weight (E, E), k_proj_weight (E, C) and
/// v_proj_weight (E, C); in_proj_bias (3E), out_proj.weight (E, E), out_proj.bias (E).
/// </summary>
public abstract class AttentionLayer : Layer
{
    // Of sequences (N, T, E).
    private const int Features = 2;

    /// <summary>Adds attention and its projections.</summary>
    /// <param name="builder">The graph.</param>
    /// <param name="input">What looks.</param>
    /// <param name="source">What is looked at.</param>
    /// <param name="lengths">How many of its steps there are, sample by sample; null for all.</param>
    /// <param name="causal">True where a step looks at itself and earlier steps only.</param>
    protected static Value Build(LayerBuilder builder, Value input, Value source, Value? lengths, bool causal)
    {
        builder.RequireSequence(input);
        builder.RequireSequence(source);
        if (lengths is not null)
            builder.RequireLengths(lengths);
        var (steps, width) = (input.Type.Shape[1].Size, input.Type.Shape[Features].Size);
        var heads = builder.Int("Heads", 1);
        if (width % heads != 0)
        {
            throw builder.Error(Rules.InvalidArgument, "Heads", builder.Label, "Heads",
                $"{heads.ToString(CultureInfo.InvariantCulture)} heads do not divide {width.ToString(CultureInfo.InvariantCulture)} features");
        }

        var weights = Weights(builder, width, source.Type.Shape[Features].Size);
        var biases = builder.Bool("Bias") ? Projections(builder, "in_proj_bias", [3 * width], ParameterInitializer.Zeros) : [];
        var (query, keys, values) = (Projection("query", 0, input), Projection("keys", 1, source), Projection("values", 2, source));
        var scaled = builder.Add(Affine.Instance, "scaled", [query], Affine.Of(1 / Math.Sqrt(width / heads), 0)).Result;
        var attributes = Attributes.Empty.With("heads", heads);
        var scores = builder.Add(AttentionScores.Instance, "scores", [scaled, keys], attributes).Result;
        var probabilities = causal || lengths is not null
            ? builder.Add(MaskedSoftmax.Instance, "weights", lengths is null ? [scores] : [scores, lengths], MaskedSoftmax.Of(steps, causal)).Result
            : builder.Add(Softmax.Instance, "weights", [scores]).Result;
        var context = builder.Add(AttentionContext.Instance, "context", [probabilities, values], attributes).Result;
        var outputs = builder.AddParameter("out_proj.weight", [width, width], ParameterInitializer.Weights, width, width);
        return builder.Bool("Bias")
            ? Project("", context, outputs, builder.AddParameter("out_proj.bias", [width], ParameterInitializer.Zeros))
            : Project("", context, outputs, null);

        Value Projection(string name, int part, Value x) => Project(name, x, weights[part], biases.IsEmpty ? null : biases[part]);

        Value Project(string name, Value x, Value weight, Value? bias)
        {
            if (bias is null)
                return builder.Add(Dense.Instance, name, [x, weight]).Result;
            var product = builder.Add(Dense.Instance, name.Length == 0 ? "out_proj_product" : $"{name}.product", [x, weight]).Result;
            return builder.Add(BiasAdd.Instance, name, [product, bias]).Result;
        }
    }

    // Those of queries, keys and values.
    private static ImmutableArray<Value> Weights(LayerBuilder builder, int width, int source)
    {
        if (source == width)
            return Projections(builder, "in_proj_weight", [3 * width, width], ParameterInitializer.Weights, width, 3 * width);
        return
        [
            builder.AddParameter("q_proj_weight", [width, width], ParameterInitializer.Weights, width, width),
            builder.AddParameter("k_proj_weight", [width, source], ParameterInitializer.Weights, source, width),
            builder.AddParameter("v_proj_weight", [width, source], ParameterInitializer.Weights, source, width),
        ];
    }

    private static ImmutableArray<Value> Projections(
        LayerBuilder builder, string name, ImmutableArray<Dimension> shape, ParameterInitializer initializer, int fanIn = 1, int fanOut = 1)
    {
        var all = builder.AddParameter(name, shape, initializer, fanIn, fanOut);
        return builder.Add(Parts.Instance, name, [all], Parts.Of(3, axis: 0)).Results;
    }
}

/// <summary>Attention of a sequence (T, E) on itself.</summary>
public sealed class MultiHeadAttentionLayer : AttentionLayer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("MultiHeadAttention",
        new("Heads", ArgumentKind.Int), new("Causal", ArgumentKind.Bool, false), new("Bias", ArgumentKind.Bool, true)) with
    { OptionalInput = "Lengths" };

    /// <inheritdoc/>
    public override bool TakesIntegers(int input) => input == 1;

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) =>
        Build(builder, builder.Input, builder.Input, builder.OptionalInput, builder.Bool("Causal"));
}

/// <summary>Attention of a sequence (T, E) on another one (K, C).</summary>
public sealed class CrossAttentionLayer : AttentionLayer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = new("CrossAttention",
        [new("Heads", ArgumentKind.Int), new("Bias", ArgumentKind.Bool, true)], Inputs: 2)
    { OptionalInput = "Lengths" };

    /// <inheritdoc/>
    public override bool TakesIntegers(int input) => input == 2;

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) =>
        Build(builder, builder.Inputs[0], builder.Inputs[1], builder.OptionalInput, causal: false);
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

    /// <summary>Those of the scores.</summary>
    public ImmutableArray<Axis> All => [N, Head, Step, Key];

    public ImmutableArray<IndexExpression> StepIndex => [N, Step, (IndexExpression)Head * _features + Feature];

    public ImmutableArray<IndexExpression> KeyIndex => [N, Key, (IndexExpression)Head * _features + Feature];

    public ImmutableArray<IndexExpression> ScoreIndex => [N, (IndexExpression)Head * _steps + Step, Key];
}
