using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Each element, but not below a least nor above a largest number.</summary>
public sealed class ClipLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Clip",
        new("Min", ArgumentKind.Double, double.NegativeInfinity), new("Max", ArgumentKind.Double, double.PositiveInfinity));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var (min, max) = (builder.Double("Min"), builder.Double("Max"));
        if (!(min <= max))
        {
            throw builder.Error(Rules.OutOfRange, "Max", builder.Label, "Max", max.ToString(CultureInfo.InvariantCulture),
                $"Min, {min.ToString(CultureInfo.InvariantCulture)}, or more");
        }

        return builder.Add(Clip.Instance, "", [builder.Input], Attributes.Empty.With("min", min).With("max", max)).Result;
    }
}

/// <summary>y = min(max(x, least), largest). Attributes min and max, which may be infinite.</summary>
public sealed class Clip : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Clip Instance = new();

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => true;

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x)
    {
        var (min, max) = (context.Attributes.Double("min"), context.Attributes.Double("max"));
        var y = double.IsInfinity(min) ? x[0] : ScalarExpression.Max(x[0], min);
        return double.IsInfinity(max) ? y : ScalarExpression.Min(y, max);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(ClipGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[0]], gradient.Node.Attributes));
}

/// <summary>dx = dy where x lies within the limits, they included; else 0. Inputs dy and x; attributes min and max.</summary>
public sealed class ClipGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly ClipGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x)
    {
        var (min, max) = (context.Attributes.Double("min"), context.Attributes.Double("max"));
        var dy = double.IsInfinity(max) ? x[0] : ScalarExpression.Select(ComparisonFunction.LessOrEqual, x[1], max, x[0], 0);
        return double.IsInfinity(min) ? dy : ScalarExpression.Select(ComparisonFunction.GreaterOrEqual, x[1], min, dy, 0);
    }
}
