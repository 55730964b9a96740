using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// y[n, …] = scale · Σ x over the extents that are 1 in y and more in x: a sum or mean, and the gradient of a tensor that was broadcast.
/// Attributes shape of a sample of y, and scale, by default 1.
/// </summary>
public sealed class SumTo : Operator
{
    /// <summary>The operator.</summary>
    public static readonly SumTo Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float([context.Shape(0)[0], .. context.Attributes.Ints("shape").Select(size => (Dimension)size)])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var indices = ImmutableArray.CreateBuilder<IndexExpression>(axes.Length);
        var summed = ImmutableArray.CreateBuilder<Axis>();
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = axes[i];
            if (axis.Extent != context.Shape(0)[i])
                summed.Add(axis = new Axis("k" + axis.Name, context.Shape(0)[i]));
            indices.Add(axis);
        }

        var (read, scale) = (new ScalarRead(0, indices.ToImmutable()), context.Attributes.Double("scale", 1));
        // A sum over extents that are 1 is the element itself.
        ScalarExpression sum = summed.Count == 0 ? read : ScalarExpression.Sum(summed.ToImmutable(), read);
        return new([new TensorDefinition(axes, scale == 1 ? sum : sum * scale)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var attributes = Attributes.Empty.With("shape", gradient.Node.Inputs[0].Type.SampleShape)
            .With("scale", gradient.Node.Attributes.Double("scale", 1));
        gradient.Set(0, gradient.Add(BroadcastTo.Instance, "input", [gradient.ResultGradient], attributes));
    }
}

/// <summary>
/// y[n, …] = scale · x, whose only element is used all along where an extent is 1: the gradient of <see cref="SumTo"/>. Attributes shape of
/// a sample of y, and scale, by default 1.
/// </summary>
public sealed class BroadcastTo : Operator
{
    /// <summary>The operator.</summary>
    public static readonly BroadcastTo Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float([context.Shape(0)[0], .. context.Attributes.Ints("shape").Select(size => (Dimension)size)])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        ScalarExpression read = Elementwise.Read(0, axes, context.Inputs[0]);
        var scale = context.Attributes.Double("scale", 1);
        return new([new TensorDefinition(axes, scale == 1 ? read : read * scale)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var attributes = Attributes.Empty.With("shape", gradient.Node.Inputs[0].Type.SampleShape)
            .With("scale", gradient.Node.Attributes.Double("scale", 1));
        gradient.Set(0, gradient.Add(SumTo.Instance, "input", [gradient.ResultGradient], attributes));
    }
}
