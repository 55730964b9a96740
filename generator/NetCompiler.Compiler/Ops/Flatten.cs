using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Makes a vector of an image: channel by channel, row by row. A vector stays as it is.</summary>
public sealed class FlattenLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Flatten");

    /// <inheritdoc/>
    public override bool TakesIntegers(int input) => true;

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Flatten.Instance, "", [builder.Input]).Result;
}

/// <summary>y[n, c·H·W + h·W + w] = x[n, c, h, w].</summary>
public sealed class Flatten : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Flatten Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [context.Inputs[0] with { Shape = [context.Shape(0)[0], (int)context.Inputs[0].SampleLength] }];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        return new([new TensorDefinition(axes, Elementwise.Read(0, axes), context.Inputs[0].Element,
            axes.Length == 2 ? default : [axes[0], Linear(axes.RemoveAt(0))])]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(Unflatten.Instance, "input", [gradient.ResultGradient],
            Attributes.Empty.With("shape", gradient.Node.Inputs[0].Type.SampleShape)));

    /// <summary>The place of an element in row-major order.</summary>
    internal static IndexExpression Linear(ImmutableArray<Axis> axes)
    {
        IndexExpression index = axes[0];
        foreach (var axis in axes.Skip(1))
            index = index * axis.Extent.Size + axis;
        return index;
    }
}

/// <summary>The inverse of <see cref="Flatten"/>: x[n, c, h, w] = y[n, c·H·W + h·W + w]; attribute shape of a sample of x.</summary>
public sealed class Unflatten : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Unflatten Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [context.Inputs[0] with { Shape = [context.Shape(0)[0], .. context.Attributes.Ints("shape").Select(size => (Dimension)size)] }];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var type = Infer(context)[0];
        var axes = Elementwise.AxesOf(type);
        return new([new TensorDefinition(axes, new ScalarRead(0, [axes[0], Flatten.Linear(axes.RemoveAt(0))]), type.Element)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(Flatten.Instance, "input", [gradient.ResultGradient]));
}
