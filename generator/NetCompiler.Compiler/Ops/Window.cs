using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>How a window moves over one direction of an image.</summary>
/// <param name="Kernel">Taps.</param>
/// <param name="Stride">Steps between windows.</param>
/// <param name="Dilation">Steps between taps.</param>
/// <param name="Before">Padding before the first element.</param>
/// <param name="After">Padding after the last element.</param>
public readonly record struct WindowAxis(int Kernel, int Stride, int Dilation, int Before, int After)
{
    /// <summary>Elements from the first tap to the last.</summary>
    public int Extent => (Kernel - 1) * Dilation + 1;

    /// <summary>Windows that fit on <paramref name="size"/> elements; 0 or less where none does.</summary>
    public int Outputs(int size) => size + Before + After < Extent ? 0 : (size + Before + After - Extent) / Stride + 1;

    /// <summary>The element that a tap of a window reads: stride · output + dilation · tap − before.</summary>
    public IndexExpression Input(IndexExpression output, IndexExpression tap) => output * Stride + tap * Dilation + -Before;

    /// <summary>The window whose tap reads an element: (input + before − dilation · tap) / stride, where that is a whole number.</summary>
    public IndexExpression Output(IndexExpression input, IndexExpression tap) => (input + Before - tap * Dilation).DividedBy(Stride);

    /// <summary>True where windows cover every element at most once and leave none out inside.</summary>
    public bool IsTiling => Kernel == Stride && Dilation == 1 && Before == 0;
}

/// <summary>How a window moves over an image: the geometry of convolution and pooling.</summary>
public readonly record struct Window(WindowAxis Y, WindowAxis X)
{
    /// <summary>Padding that keeps the size where the stride is 1: Keras' "same".</summary>
    public const int Same = -1;

    /// <summary>The window in a node's attributes.</summary>
    public static Window From(Attributes attributes)
    {
        var (kernel, stride, dilation, padding) =
            (attributes.Ints("kernel"), attributes.Ints("stride"), attributes.Ints("dilation"), attributes.Ints("padding"));
        return new Window(
            new WindowAxis(kernel[0], stride[0], dilation[0], padding[0], padding[2]),
            new WindowAxis(kernel[1], stride[1], dilation[1], padding[1], padding[3]));
    }

    /// <summary>The window as attributes: kernel, stride, dilation (height, width), padding (top, left, bottom, right).</summary>
    public Attributes ToAttributes() => Attributes.Empty
        .With("kernel", ImmutableArray.Create(Y.Kernel, X.Kernel))
        .With("stride", ImmutableArray.Create(Y.Stride, X.Stride))
        .With("dilation", ImmutableArray.Create(Y.Dilation, X.Dilation))
        .With("padding", ImmutableArray.Create(Y.Before, X.Before, Y.After, X.After));

    /// <summary>Reads a layer's Kernel or Window, Stride, Dilation and Padding and checks that the window fits its input.</summary>
    /// <param name="builder">The layer.</param>
    /// <param name="input">The image (N, C, H, W) that the window moves over; for a signal, what <see cref="LayerBuilder.AsImage"/> made of it.</param>
    /// <param name="kernelArgument">The name of the window's size.</param>
    /// <param name="strideIsKernel">True where the stride is the window's size unless given, as in pooling.</param>
    /// <param name="hasDilation">True where the layer takes a Dilation.</param>
    /// <param name="ceil">True where a last window may hang over the end, as long as it begins inside.</param>
    public static Window Declare(
        LayerBuilder builder, Value input, string kernelArgument, bool strideIsKernel, bool hasDilation, bool ceil = false)
    {
        builder.RequireImage(input);
        var kernel = builder.Pair(kernelArgument, 1);
        var stride = strideIsKernel && !builder.IsGiven("Stride") ? kernel : builder.Pair("Stride", 1);
        var dilation = hasDilation ? builder.Pair("Dilation", 1) : (Height: 1, Width: 1);
        var padding = builder.Pair("Padding", Same);
        var (height, width) = (input.Type.Shape[2].Size, input.Type.Shape[3].Size);
        var window = new Window(
            builder.IsSignal ? new WindowAxis(1, 1, 1, 0, 0) : Axis(height, kernel.Height, stride.Height, dilation.Height, padding.Height, ceil),
            Axis(width, kernel.Width, stride.Width, dilation.Width, padding.Width, ceil));
        if (strideIsKernel && (padding.Height >= kernel.Height && !builder.IsSignal || padding.Width >= kernel.Width))
        {
            // A window that lies in the padding altogether has neither a largest element nor a mean.
            throw builder.Error(Rules.OutOfRange, "Padding", builder.Label, "Padding", Text(padding.Height, padding.Width),
                "less than the window's " + Text(kernel.Height, kernel.Width));
        }

        if (window.Y.Outputs(height) < 1 || window.X.Outputs(width) < 1)
        {
            throw builder.Error(Rules.WindowTooLarge, kernelArgument, builder.Label,
                Text(window.Y.Extent, window.X.Extent), input.Type.ToShapeText(),
                Text(height + window.Y.Before + window.Y.After, width + window.X.Before + window.X.After));
        }

        return window;
    }

    private static WindowAxis Axis(int size, int kernel, int stride, int dilation, int padding, bool ceil)
    {
        var extent = (kernel - 1) * dilation + 1;
        if (padding == Same)
        {
            // As TensorFlow pads: ⌈size / stride⌉ outputs, the odd element of padding at the end.
            var total = Math.Max(0, ((size + stride - 1) / stride - 1) * stride + extent - size);
            return new WindowAxis(kernel, stride, dilation, total / 2, total - total / 2);
        }

        var after = padding;
        if (ceil && size + 2 * padding >= extent)
        {
            // As PyTorch rounds up: a last window may hang over the end unless it would begin in the padding.
            var outputs = (size + 2 * padding - extent + stride - 1) / stride + 1;
            if ((outputs - 1) * stride >= size + padding)
                outputs--;
            after = Math.Max(padding, (outputs - 1) * stride + extent - size - padding);
        }

        return new WindowAxis(kernel, stride, dilation, padding, after);
    }

    private static string Text(int height, int width) =>
        height.ToString(CultureInfo.InvariantCulture) + "×" + width.ToString(CultureInfo.InvariantCulture);
}
