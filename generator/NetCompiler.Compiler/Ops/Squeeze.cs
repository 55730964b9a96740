using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>x without an extent that is 1; attribute axis, which counts the batch where there is one. ONNX and PyTorch: squeeze.</summary>
public sealed class Squeeze : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Squeeze Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(int axis) => Attributes.Empty.With("axis", axis);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [context.Inputs[0] with { Shape = context.Shape(0).RemoveAt(context.Attributes.Int("axis")) }];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var type = Infer(context)[0];
        var axes = Elementwise.AxesOf(type);
        var indices = axes.Select(a => (IndexExpression)a).ToImmutableArray().Insert(context.Attributes.Int("axis"), 0);
        return new([new TensorDefinition(axes, new ScalarRead(0, indices), type.Element)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(Unsqueeze.Instance, "input", [gradient.ResultGradient], gradient.Node.Attributes));
}

/// <summary>x with an extent of 1 more; attribute axis, where it is put. The inverse of <see cref="Squeeze"/>.</summary>
public sealed class Unsqueeze : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Unsqueeze Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [context.Inputs[0] with { Shape = context.Shape(0).Insert(context.Attributes.Int("axis"), 1) }];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var type = Infer(context)[0];
        var axes = Elementwise.AxesOf(type);
        return new([new TensorDefinition(axes, Elementwise.Read(0, axes.RemoveAt(context.Attributes.Int("axis"))), type.Element)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(Squeeze.Instance, "input", [gradient.ResultGradient], gradient.Node.Attributes));
}
