using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>The natural logarithm of each element.</summary>
public sealed class LogLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Log");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Log.Instance, "", [builder.Input]).Result;
}

/// <summary>y = ln x.</summary>
public sealed class Log : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Log Instance = new();

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => true;

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Apply(UnaryFunction.Log, x[0]);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(Divide.Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[0]]));
}
