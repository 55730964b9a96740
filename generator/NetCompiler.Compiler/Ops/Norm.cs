using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// The length along axes: √Σ x² (order 2) or Σ |x| (order 1). Keras: ops.norm; PyTorch: linalg.vector_norm with keepdim; ONNX: ReduceL1,
/// ReduceL2.
/// </summary>
public sealed class NormLayer : ReductionLayer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Norm",
        SignatureOf("Norm").Parameters[0], new SignatureParameter("Order", ArgumentKind.Int, 2));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var attributes = Attributes.Empty.With("shape", Shape(builder, Axes(builder)));
        if (builder.Int("Order", 1, 2) == 2)
            return builder.Add(ReduceNorm.Instance, "", [builder.Input], attributes).Result;
        var absolute = builder.Add(Abs.Instance, "absolute", [builder.Input]).Result;
        return builder.Add(SumTo.Instance, "", [absolute], attributes).Result;
    }
}

/// <summary>y = √Σ x² over the extents that are 1 in y and more in x. Attribute shape of a sample of y.</summary>
public sealed class ReduceNorm : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ReduceNorm Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float([context.Shape(0)[0], .. context.Attributes.Ints("shape").Select(size => (Dimension)size)])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var type = Infer(context)[0];
        var axes = Elementwise.AxesOf(type);
        var along = axes.Select((axis, d) => type.Shape[d] == context.Shape(0)[d] ? axis : new Axis("k" + axis.Name, context.Shape(0)[d]))
            .ToImmutableArray();
        var x = Elementwise.Read(0, along);
        ImmutableArray<Axis> summed = [.. along.Where(axis => !axes.Contains(axis))];
        return new([new TensorDefinition(axes, summed.IsEmpty
            ? ScalarExpression.Apply(UnaryFunction.Abs, x)
            : ScalarExpression.Apply(UnaryFunction.Sqrt, ScalarExpression.Sum(summed, x * x)))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) => gradient.Set(0, gradient.Add(ReduceNormGradient.Instance, "input",
        [gradient.Node.Inputs[0], gradient.ResultGradient, gradient.Node.Result]));
}

/// <summary>dx = x · dy / y, 0 where y is 0, as PyTorch has it. Inputs x, dy and y, which stand beside x.</summary>
public sealed class ReduceNormGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly ReduceNormGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Select(ComparisonFunction.Greater, x[2], 0, x[0] / x[2] * x[1], 0);
}
