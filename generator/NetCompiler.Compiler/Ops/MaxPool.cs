using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>The largest of each window.</summary>
public sealed class MaxPoolLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("MaxPool",
        new("Window", ArgumentKind.Pair), new("Stride", ArgumentKind.Pair, 0), new("Padding", ArgumentKind.Pair, 0),
        new("Ceil", ArgumentKind.Bool, false));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.AsImage();
        var window = Window.Declare(builder, input, "Window", strideIsKernel: true, hasDilation: false, builder.Bool("Ceil"));
        return builder.AddResult(MaxPool.Instance, [input], window.ToAttributes());
    }
}

/// <summary>
/// y[n, c, y, x] = max over the taps (ky, kx) of x[n, c, s·y + ky − p, s·x + kx − p]; the second result, index, is the first tap
/// that has it, ky · KW + kx.
/// </summary>
public sealed class MaxPool : Operator, IPooling
{
    /// <summary>The operator.</summary>
    public static readonly MaxPool Instance = new();

    /// <inheritdoc/>
    public override string ResultName(int result) => "index";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var window = Window.From(context.Attributes);
        var shape = ImmutableArray.Create(context.Shape(0)[0], context.Shape(0)[1],
            window.Y.Outputs(context.Size(0, 2)), window.X.Outputs(context.Size(0, 3)));
        // A byte holds the index of a tap and ReluMask.Off.
        var index = window.Y.Kernel * window.X.Kernel <= ReluMask.Off ? ScalarKind.U8 : ScalarKind.I32;
        return [TensorType.Float(shape), new TensorType(index, shape)];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var window = Window.From(context.Attributes);
        var types = Infer(context);
        var axes = Elementwise.AxesOf(types[0]);
        var taps = ImmutableArray.Create(new Axis("ky", window.Y.Kernel), new Axis("kx", window.X.Kernel));
        var read = new ScalarRead(0,
            [axes[0], axes[1], window.Y.Input(axes[2], taps[0]), window.X.Input(axes[3], taps[1])], double.NegativeInfinity);
        return new(
            [new TensorDefinition(axes, new ScalarReduction(ReductionKind.Max, taps, read)),
             new TensorDefinition(axes, new ScalarReduction(ReductionKind.ArgMax, taps, read), types[1].Element)],
            ResultCount: 2);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var shape = gradient.Node.Inputs[0].Type.Shape;
        var attributes = gradient.Node.Attributes.With("size", ImmutableArray.Create(shape[2].Size, shape[3].Size));
        gradient.Set(0, gradient.Add(MaxPoolGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Results[1]], attributes));
    }
}

/// <summary>dx[n, c, y, x] = Σ over the taps of dy of the window whose tap this is, where that tap won. Inputs dy and index.</summary>
public sealed class MaxPoolGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly MaxPoolGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var size = context.Attributes.Ints("size");
        return [TensorType.Float(context.Shape(0)[0], context.Shape(0)[1], size[0], size[1])];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var window = Window.From(context.Attributes);
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var (ky, kx) = (new Axis("ky", window.Y.Kernel), new Axis("kx", window.X.Kernel));
        var indices = ImmutableArray.Create<IndexExpression>(axes[0], axes[1], window.Y.Output(axes[2], ky), window.X.Output(axes[3], kx));
        var tap = (IndexExpression)ky * window.X.Kernel + kx;
        return new([new TensorDefinition(axes, ScalarExpression.Sum([ky, kx],
            ScalarExpression.Select(ComparisonFunction.Equal, new ScalarRead(1, indices, -1), new ScalarIndex(tap),
                new ScalarRead(0, indices, 0), 0)))]);
    }
}
