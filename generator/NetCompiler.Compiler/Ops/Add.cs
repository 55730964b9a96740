using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>The sum of two tensors: a shortcut's end.</summary>
public sealed class AddLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = new("Add", [], Inputs: 2);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Add.Instance, "", Broadcasting.Inputs(builder)).Result;
}

/// <summary>y = a + b.</summary>
public sealed class Add : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Add Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => x[0] + x[1];

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        for (var input = 0; input < 2; input++)
            Broadcasting.Set(gradient, input, gradient.ResultGradient);
    }
}
