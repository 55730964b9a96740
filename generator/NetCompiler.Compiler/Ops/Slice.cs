using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>A part of a tensor along an axis of a sample. PyTorch: narrow, whose axis counts the batch too.</summary>
public sealed class SliceLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Slice",
        new("Start", ArgumentKind.Int), new("Size", ArgumentKind.Int), new("Axis", ArgumentKind.Int, 0));

    /// <inheritdoc/>
    public override bool TakesIntegers(int input) => true;

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var axis = builder.Int("Axis", 0, builder.Input.Type.Rank - 2) + 1;
        var extent = builder.Input.Type.Shape[axis].Size;
        var start = builder.Int("Start", 0, extent - 1);
        return builder.Add(Slice.Instance, "", [builder.Input], Slice.Of(axis, start, builder.Int("Size", 1, extent - start))).Result;
    }
}

/// <summary>y[…, k, …] = x[…, start + k, …] for the first size k; attributes axis (which counts the batch), start and size.</summary>
public sealed class Slice : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Slice Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(int axis, int start, int size) =>
        Attributes.Empty.With("axis", axis).With("start", start).With("size", size);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [context.Inputs[0] with
        {
            Shape = context.Shape(0).SetItem(context.Attributes.Int("axis"), context.Attributes.Int("size")),
        }];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var type = Infer(context)[0];
        var axes = Elementwise.AxesOf(type);
        var (along, start) = (context.Attributes.Int("axis"), context.Attributes.Int("start"));
        var indices = axes.Select((axis, d) => d == along ? (IndexExpression)axis + start : axis);
        return new([new TensorDefinition(axes, new ScalarRead(0, [.. indices]), type.Element)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var attributes = gradient.Node.Attributes.With(
            "total", gradient.Node.Inputs[0].Type.Shape[gradient.Node.Attributes.Int("axis")].Size);
        gradient.Set(0, gradient.Add(SliceGradient.Instance, "input", [gradient.ResultGradient], attributes));
    }
}

/// <summary>dx[…, k, …] = dy[…, k − start, …], 0 outside of the slice; attributes of <see cref="Slice"/>, and total.</summary>
public sealed class SliceGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly SliceGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(context.Shape(0).SetItem(context.Attributes.Int("axis"), context.Attributes.Int("total")))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var (along, start) = (context.Attributes.Int("axis"), context.Attributes.Int("start"));
        var indices = axes.Select((axis, d) => d == along ? (IndexExpression)axis + -start : axis);
        return new([new TensorDefinition(axes, new ScalarRead(0, [.. indices], 0))]);
    }
}
