using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>The mean of each window; padding does not count, as in Keras and by default in ONNX.</summary>
public sealed class AveragePoolLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("AveragePool",
        new("Window", ArgumentKind.Pair), new("Stride", ArgumentKind.Pair, 0), new("Padding", ArgumentKind.Pair, 0),
        new("Ceil", ArgumentKind.Bool, false));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.AsImage();
        var window = Window.Declare(builder, input, "Window", strideIsKernel: true, hasDilation: false, builder.Bool("Ceil"));
        return builder.AddResult(AveragePool.Instance, [input], window.ToAttributes());
    }
}

/// <summary>y[n, c, y, x] = the mean over the taps (ky, kx) inside the image of x[n, c, s·y + ky − p, s·x + kx − p].</summary>
public sealed class AveragePool : Operator, IPooling
{
    /// <summary>The operator.</summary>
    public static readonly AveragePool Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var window = Window.From(context.Attributes);
        return [TensorType.Float(context.Shape(0)[0], context.Shape(0)[1],
            window.Y.Outputs(context.Size(0, 2)), window.X.Outputs(context.Size(0, 3)))];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var window = Window.From(context.Attributes);
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var (ky, kx) = (new Axis("ky", window.Y.Kernel), new Axis("kx", window.X.Kernel));
        var taps = new WindowTaps(window, context.Size(0, 2), context.Size(0, 3));
        var sum = ScalarExpression.Sum([ky, kx], new ScalarRead(0,
            [axes[0], axes[1], window.Y.Input(axes[2], ky), window.X.Input(axes[3], kx)], taps.AreAlwaysInside ? null : 0));
        return new([new TensorDefinition(axes, taps.Divide(sum, axes[2], axes[3]))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var shape = gradient.Node.Inputs[0].Type.Shape;
        var attributes = gradient.Node.Attributes.With("size", ImmutableArray.Create(shape[2].Size, shape[3].Size));
        var window = Window.From(attributes);
        var dy = gradient.ResultGradient;
        if (new WindowTaps(window, shape[2].Size, shape[3].Size).AreAlwaysInside)
            attributes = attributes.With("taps", window.Y.Kernel * window.X.Kernel);
        else
            dy = gradient.Add(DivideByTaps.Instance, "mean", [dy], attributes);
        gradient.Set(0, gradient.Add(AveragePoolGradient.Instance, "input", [dy], attributes));
    }
}

/// <summary>
/// y[n, c, y, x] / the number of taps of window (y, x) that lie inside an image; attributes of the window, and size of the image.
/// </summary>
public sealed class DivideByTaps : Operator
{
    /// <summary>The operator.</summary>
    public static readonly DivideByTaps Instance = new();

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var size = context.Attributes.Ints("size");
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var taps = new WindowTaps(Window.From(context.Attributes), size[0], size[1]);
        return new([new TensorDefinition(axes, taps.Divide(Elementwise.Read(0, axes), axes[2], axes[3]))]);
    }
}

/// <summary>
/// dx[n, c, y, x] = Σ dy of the windows that the element lies in, divided by taps. Input dy; attributes of the window, size
/// (height, width) of x, and taps, by default 1 for a dy that has been divided already.
/// </summary>
public sealed class AveragePoolGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly AveragePoolGradient Instance = new();

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
        var sum = ScalarExpression.Sum([ky, kx],
            new ScalarRead(0, [axes[0], axes[1], window.Y.Output(axes[2], ky), window.X.Output(axes[3], kx)], 0));
        var taps = context.Attributes.Int("taps", 1);
        return new([new TensorDefinition(axes, taps == 1 ? sum : sum * (1.0 / taps))]);
    }
}

/// <summary>How many taps of each window lie inside an image.</summary>
internal readonly struct WindowTaps(Window window, int height, int width)
{
    /// <summary>True where no window reads padding.</summary>
    public bool AreAlwaysInside => IsInside(window.Y, height) && IsInside(window.X, width);

    /// <summary>A number divided by the taps inside of window (y, x).</summary>
    public ScalarExpression Divide(ScalarExpression number, Axis y, Axis x) => AreAlwaysInside
        ? number * (1.0 / (window.Y.Kernel * window.X.Kernel))
        : number / (Count(window.Y, height, y) * Count(window.X, width, x));

    private static bool IsInside(WindowAxis axis, int size) =>
        axis.Before == 0 && (axis.Outputs(size) - 1) * axis.Stride + axis.Extent <= size;

    // Windows of pooling have no dilation, so the taps inside are those between two ends.
    private static ScalarExpression Count(WindowAxis axis, int size, Axis output)
    {
        if (IsInside(axis, size))
            return axis.Kernel;
        var end = ScalarExpression.Min(new ScalarIndex(axis.Input(output, axis.Kernel)), size);
        return end - ScalarExpression.Max(new ScalarIndex(axis.Input(output, 0)), 0);
    }
}
