using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>A random number from Min to Max for each element of a tensor, which only says how many. PyTorch: rand_like.</summary>
public sealed class UniformLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Uniform",
        new("Min", ArgumentKind.Double, 0.0), new("Max", ArgumentKind.Double, 1.0));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var min = builder.Finite("Min");
        return builder.Add(Uniform.Instance, "", [builder.Input],
            Attributes.Empty.With("min", min).With("max", builder.Double("Max", min)).With("stream", builder.Layer)).Result;
    }
}

/// <summary>
/// y = min + (max − min) · u with a uniform number in [0, 1) for each element, which depends on the call's seed, the attribute stream and
/// the element's place in the batch alone. Input x for its shape; no gradient.
/// </summary>
public sealed class Uniform : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Uniform Instance = new();

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var (min, max) = (context.Attributes.Double("min"), context.Attributes.Double("max"));
        ScalarExpression random = new ScalarRandom(Flatten.Linear(axes), context.Attributes.Int("stream"));
        return new([new TensorDefinition(axes, random * (max - min) + min)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        // Random numbers depend on nothing.
    }
}
