using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>The mean of each channel; makes a vector of an image.</summary>
public sealed class GlobalAveragePoolLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("GlobalAveragePool");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        return builder.Add(GlobalAveragePool.Instance, "", [builder.AsImage()]).Result;
    }
}

/// <summary>y[n, c] = Σ x[n, c, y, x] / (H·W).</summary>
public sealed class GlobalAveragePool : Operator
{
    /// <summary>The operator.</summary>
    public static readonly GlobalAveragePool Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(context.Shape(0)[0], context.Shape(0)[1])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var sum = ScalarExpression.Sum([axes[2], axes[3]], Elementwise.Read(0, axes));
        return new([new TensorDefinition([axes[0], axes[1]], sum * (1.0 / (context.Size(0, 2) * context.Size(0, 3))))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var shape = gradient.Node.Inputs[0].Type.Shape;
        gradient.Set(0, gradient.Add(GlobalAveragePoolGradient.Instance, "input", [gradient.ResultGradient],
            Attributes.Empty.With("size", ImmutableArray.Create(shape[2].Size, shape[3].Size))));
    }
}

/// <summary>dx[n, c, y, x] = dy[n, c] / (H·W). Input dy; attribute size (height, width) of x.</summary>
public sealed class GlobalAveragePoolGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly GlobalAveragePoolGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var size = context.Attributes.Ints("size");
        return [TensorType.Float(context.Shape(0)[0], context.Shape(0)[1], size[0], size[1])];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var type = Infer(context)[0];
        var axes = Elementwise.AxesOf(type);
        return new([new TensorDefinition(axes,
            new ScalarRead(0, [axes[0], axes[1]]) * (1.0 / (type.Shape[2].Size * type.Shape[3].Size)))]);
    }
}
