using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>y = x · w, with a trained w for each channel or feature, shape (C), or for each element of a sample. Inputs x and w.</summary>
public sealed class Gain : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Gain Instance = new();

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        return new([new TensorDefinition(axes, Elementwise.Read(0, axes) * new ScalarRead(1, OfParameter(axes, context.Inputs[1])))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var (x, w, dy) = (gradient.Node.Inputs[0], gradient.Node.Inputs[1], gradient.ResultGradient);
        if (gradient.Needs(0))
            gradient.Set(0, gradient.Add(Instance, "input", [dy, w]));
        if (gradient.Needs(1))
            gradient.Set(1, gradient.Add(GainGradient.Instance, "weight", [dy, x], GainGradient.Of(w.Type)));
    }

    /// <summary>The element of a parameter of shape (C) or of a sample's shape at the axes.</summary>
    internal static ImmutableArray<IndexExpression> OfParameter(ImmutableArray<Axis> axes, TensorType type) =>
        type.Rank == 1 ? [Elementwise.Feature(axes)] : [.. axes.Skip(1).Select(axis => (IndexExpression)axis)];
}

/// <summary>
/// dw = Σ dy · x over the batch, and over the places where w has a number for each channel or feature. Inputs dy and x; attribute shape.
/// </summary>
public sealed class GainGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly GainGradient Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(TensorType weight) => Attributes.Empty.With("shape", weight.Shape.Select(d => d.Size).ToImmutableArray());

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float([.. context.Attributes.Ints("shape").Select(size => (Dimension)size)])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        ImmutableArray<Axis> own = Infer(context)[0].Rank == 1 ? [Elementwise.Feature(axes)] : axes.RemoveAt(0);
        return new([new TensorDefinition(own,
            ScalarExpression.Sum([.. axes.Where(axis => !own.Contains(axis))], Elementwise.Read(0, axes) * Elementwise.Read(1, axes)))]);
    }
}

/// <summary>y = x + b, with a trained b for each element of a sample; <see cref="BiasAdd"/> has one for each channel. Inputs x and b.</summary>
public sealed class SampleBias : Operator
{
    /// <summary>The operator.</summary>
    public static readonly SampleBias Instance = new();

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        return new([new TensorDefinition(axes, Elementwise.Read(0, axes) + Elementwise.Read(1, axes.RemoveAt(0)))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        if (gradient.Needs(0))
            gradient.Set(0, gradient.ResultGradient);
        if (gradient.Needs(1))
            gradient.Set(1, gradient.Add(SampleSum.Instance, "bias", [gradient.ResultGradient]));
    }
}

/// <summary>s[…] = Σ x[n, …] over the batch.</summary>
public sealed class SampleSum : Operator
{
    /// <summary>The operator.</summary>
    public static readonly SampleSum Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0).RemoveAt(0))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        return new([new TensorDefinition(axes.RemoveAt(0), ScalarExpression.Sum([axes[0]], Elementwise.Read(0, axes)))]);
    }
}
