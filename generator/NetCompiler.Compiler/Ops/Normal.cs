using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// A normally distributed random number for each element of a tensor, which only says how many: mean + deviation · N(0, 1). What a
/// variational auto-encoder samples with. PyTorch: randn_like.
/// </summary>
public sealed class NormalLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Normal",
        new("Mean", ArgumentKind.Double, 0.0), new("Deviation", ArgumentKind.Double, 1.0));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Normal.Instance, "", [builder.Input],
        Attributes.Empty.With("mean", builder.Finite("Mean")).With("deviation", builder.Double("Deviation", 0)).With("stream", builder.Layer)).Result;
}

/// <summary>
/// y = mean + deviation · √(−2 ln(1 − u₁)) · cos(2π (u₂ − ½)) with two uniform numbers for each element (Box and Muller, 1958), which depend
/// on the call's seed, the attribute stream and the element's place in the batch alone. Input x for its shape; no gradient.
/// </summary>
public sealed class Normal : Operator
{
    // The second numbers are of a stream that is no layer's.
    private const int SecondStream = 1 << 30;

    // cos(z) = Σ (−1)ⁱ z²ⁱ / (2i)!, for |z| ≤ π within 2·10⁻⁷.
    private const int CosineTerms = 9;

    /// <summary>The operator.</summary>
    public static readonly Normal Instance = new();

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var (counter, stream) = (Flatten.Linear(axes), context.Attributes.Int("stream"));
        // Definitions of their own, since each is read more than once.
        var radius = ScalarExpression.Apply(UnaryFunction.Sqrt,
            ScalarExpression.Apply(UnaryFunction.Log, 1 - (ScalarExpression)new ScalarRandom(counter, stream)) * -2);
        var angle = (new ScalarRandom(counter, stream + SecondStream) - (ScalarExpression)0.5) * (2 * Math.PI);
        var z = Elementwise.Read(1, axes);
        var square = Elementwise.Read(2, axes);
        ScalarExpression cosine = 1 / Factorial(2 * CosineTerms - 2) * (CosineTerms % 2 == 0 ? -1 : 1);
        for (var i = CosineTerms - 2; i >= 0; i--)
            cosine = cosine * square + (i % 2 == 0 ? 1 : -1) / Factorial(2 * i);
        var sample = radius * cosine * context.Attributes.Double("deviation") + context.Attributes.Double("mean");
        return new([new TensorDefinition(axes, angle), new TensorDefinition(axes, z * z), new TensorDefinition(axes, sample)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        // Random numbers depend on nothing.
    }

    private static double Factorial(int n) => Enumerable.Range(1, n).Aggregate(1.0, (product, i) => product * i);
}
