using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Sets a share of the elements to zero while training; the identity in prediction.</summary>
public sealed class DropoutLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Dropout", new SignatureParameter("Rate", ArgumentKind.Double, 0.5));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        var rate = builder.Double("Rate");
        if (!(rate >= 0 && rate < 1))
        {
            throw builder.Error(Rules.OutOfRange, "Rate", builder.Label, "Rate", rate.ToString(CultureInfo.InvariantCulture),
                "0 or more and less than 1");
        }

        return builder.Add(Dropout.Instance, "", [input], Attributes.Empty.With("rate", rate).With("stream", builder.Layer)).Result;
    }
}

/// <summary>
/// Inverted dropout: y = x · (r ≥ rate ? 1 / (1 − rate) : 0), with a random number r for each element that depends on the call's
/// seed, the attribute stream and the element's place in the batch alone. Applied to the gradient it makes the same choice again,
/// so nothing is stored.
/// </summary>
public sealed class Dropout : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Dropout Instance = new();

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var rate = context.Attributes.Double("rate");
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var random = new ScalarRandom(Flatten.Linear(axes), context.Attributes.Int("stream"));
        var factor = ScalarExpression.Select(ComparisonFunction.GreaterOrEqual, random, rate, 1 / (1 - rate), 0);
        return new([new TensorDefinition(axes, Elementwise.Read(0, axes) * factor)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(Instance, "input", [gradient.ResultGradient], gradient.Node.Attributes));
}
