using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>y = x, in another place or another layout.</summary>
public sealed class Copy : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Copy Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        return new([new TensorDefinition(axes, Elementwise.Read(0, axes), context.Inputs[0].Element)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) => gradient.Set(0, gradient.ResultGradient);
}
