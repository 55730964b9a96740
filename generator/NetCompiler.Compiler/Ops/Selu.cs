using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Scaled exponential linear unit (Klambauer, Unterthiner, Mayr, Hochreiter: Self-Normalizing Neural Networks, 2017).</summary>
public sealed class SeluLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Selu");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Selu.Instance, "", [builder.Input]).Result;
}

/// <summary>y = scale · (x &gt; 0 ? x : α · (eˣ − 1)) with the constants of the paper.</summary>
public sealed class Selu : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Selu Instance = new();

    private const double Alpha = 1.6732632423543772848170429916717;
    private const double Scale = 1.0507009873554804934193349852946;

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => true;

    /// <inheritdoc/>
    protected override ScalarExpression? Share(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        Elu.Half(x[0]);

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        Elu.Of(x[0], x[1], Alpha, Scale);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) => gradient.Set(0, gradient.Add(
        EluGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Result],
        Attributes.Empty.With("alpha", Alpha).With("scale", Scale)));
}
