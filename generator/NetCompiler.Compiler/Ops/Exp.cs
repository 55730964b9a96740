using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>The exponential of each element.</summary>
public sealed class ExpLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Exp");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Exp.Instance, "", [builder.Input]).Result;
}

/// <summary>y = eˣ.</summary>
public sealed class Exp : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Exp Instance = new();

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => true;

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Apply(UnaryFunction.Exp, x[0]);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(Multiply.Instance, "input", [gradient.ResultGradient, gradient.Node.Result]));
}
