using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Hands on what it reads, and no gradient back. Keras and JAX: stop_gradient; PyTorch: detach.</summary>
public sealed class StopGradientLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("StopGradient");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(StopGradient.Instance, "", [builder.Input]).Result;
}

/// <summary>y = x, whose gradient is taken for 0.</summary>
public sealed class StopGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly StopGradient Instance = new();

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => true;

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => x[0];

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        // What is behind it has no say in what is before it.
    }
}
