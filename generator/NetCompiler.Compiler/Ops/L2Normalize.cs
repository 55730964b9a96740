using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// A vector, or the channels at each place of an image, divided by its length. Keras: UnitNormalization; PyTorch: functional.normalize;
/// ONNX: LpNormalization.
/// </summary>
public sealed class L2NormalizeLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("L2Normalize",
        new SignatureParameter("Epsilon", ArgumentKind.Double, 1e-12));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        builder.RequireFeatures(builder.Input);
        return builder.Add(L2Normalize.Instance, "", [builder.Input],
            Attributes.Empty.With("epsilon", builder.Double("Epsilon", 1e-18, 1))).Result;
    }
}

/// <summary>y[n, c, …] = x[n, c, …] / max(√Σ x[n, ·, …]², ε), over the channels or features; attribute epsilon.</summary>
public sealed class L2Normalize : Operator
{
    /// <summary>The operator.</summary>
    public static readonly L2Normalize Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        return new(
            [Length(axes, source: 0),
             new TensorDefinition(axes, Elementwise.Read(0, axes)
                 / ScalarExpression.Max(Elementwise.Read(1, Elementwise.Places(axes)), context.Attributes.Double("epsilon")))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(L2NormalizeGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[0]],
            gradient.Node.Attributes));

    /// <summary>The definition of the lengths: √Σ x², over the channels or features.</summary>
    internal static TensorDefinition Length(ImmutableArray<Axis> axes, int source)
    {
        var x = Elementwise.Read(source, axes);
        return new TensorDefinition(Elementwise.Places(axes), ScalarExpression.Apply(UnaryFunction.Sqrt, ScalarExpression.Sum([Elementwise.Feature(axes)], x * x)));
    }
}

/// <summary>
/// dx = (dy − x · Σ (dy · x) / length²) / length, the sum over the channels or features; dy / ε where the length is not above ε. Inputs dy and x;
/// attribute epsilon.
/// </summary>
public sealed class L2NormalizeGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly L2NormalizeGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var others = Elementwise.Places(axes);
        var epsilon = context.Attributes.Double("epsilon");
        var (dy, x, length) = (Elementwise.Read(0, axes), Elementwise.Read(1, axes), Elementwise.Read(2, others));
        // Divided by the length twice: its square is too small for single precision before it is itself.
        var unit = Elementwise.Read(1, axes) / length;
        var along = new TensorDefinition(others, ScalarExpression.Select(ComparisonFunction.Greater, length, epsilon,
            ScalarExpression.Sum([Elementwise.Feature(axes)], dy * x) / length, 0));
        return new(
            [L2Normalize.Length(axes, source: 1), along,
             new TensorDefinition(axes, ScalarExpression.Select(ComparisonFunction.Greater, length, epsilon,
                 (dy - unit * Elementwise.Read(3, others)) / length, dy * (1 / epsilon)))]);
    }
}
