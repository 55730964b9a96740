using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>The difference of two tensors.</summary>
public sealed class SubtractLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = new("Subtract", [], Inputs: 2);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Subtract.Instance, "", Broadcasting.Inputs(builder)).Result;
}

/// <summary>y = a − b.</summary>
public sealed class Subtract : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Subtract Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => x[0] - x[1];

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        Broadcasting.Set(gradient, 0, gradient.ResultGradient);
        if (gradient.Needs(1))
            Broadcasting.Set(gradient, 1, gradient.Add(Affine.Instance, "negative", [gradient.ResultGradient], Affine.Of(-1, 0)));
    }
}
