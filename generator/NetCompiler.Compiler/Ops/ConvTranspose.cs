using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Transposed convolution: what <see cref="ConvInputGradient"/> is of a convolution, with bias. Weights (I, O/groups, KH, KW), as in
/// PyTorch; bias (O). Keras: Conv2DTranspose; PyTorch: ConvTranspose2d.
/// </summary>
public sealed class ConvTransposeLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("ConvTranspose",
        new("Channels", ArgumentKind.Int), new("Kernel", ArgumentKind.Pair), new("Stride", ArgumentKind.Pair, 1),
        new("Padding", ArgumentKind.Pair, 0), new("OutputPadding", ArgumentKind.Pair, 0), new("Dilation", ArgumentKind.Pair, 1),
        new("Groups", ArgumentKind.Int, 1), new("Bias", ArgumentKind.Bool, true));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        builder.RequireImage(input);
        var channels = builder.Int("Channels", 1);
        var groups = builder.Int("Groups", 1);
        var inputs = input.Type.Shape[1].Size;
        if (inputs % groups != 0 || channels % groups != 0)
        {
            throw builder.Error(Rules.Groups, "Groups", builder.Label, groups.ToString(CultureInfo.InvariantCulture),
                inputs.ToString(CultureInfo.InvariantCulture), channels.ToString(CultureInfo.InvariantCulture));
        }

        var (kernel, stride, dilation) = (builder.Pair("Kernel", 1), builder.Pair("Stride", 1), builder.Pair("Dilation", 1));
        var (padding, extra) = (builder.Pair("Padding", 0), builder.Pair("OutputPadding", 0));
        if (extra.Height >= stride.Height || extra.Width >= stride.Width)
        {
            // With as much as the stride there would be a row more in the convolution that this is the transpose of.
            throw builder.Error(Rules.OutOfRange, "OutputPadding", builder.Label, "OutputPadding", Text(extra.Height, extra.Width),
                "less than the stride's " + Text(stride.Height, stride.Width));
        }

        var y = new WindowAxis(kernel.Height, stride.Height, dilation.Height, padding.Height, padding.Height);
        var x = new WindowAxis(kernel.Width, stride.Width, dilation.Width, padding.Width, padding.Width);
        var height = Size(y, input.Type.Shape[2].Size, extra.Height);
        var width = Size(x, input.Type.Shape[3].Size, extra.Width);
        if (height < 1 || width < 1)
        {
            throw builder.Error(Rules.OutOfRange, "Padding", builder.Label, "Padding", Text(padding.Height, padding.Width),
                $"so little that something is left of {input.Type.ToShapeText()}, not {Text(height, width)}");
        }

        var taps = kernel.Height * kernel.Width;
        var weight = builder.AddParameter("weight", [inputs, channels / groups, kernel.Height, kernel.Width],
            ParameterInitializer.Weights, Math.Max(1, inputs / groups * taps / (stride.Height * stride.Width)), channels / groups * taps);
        var attributes = new Window(y, x).ToAttributes().With("groups", groups).With("size", ImmutableArray.Create(height, width));
        if (!builder.Bool("Bias"))
            return builder.Add(ConvInputGradient.Instance, "", [input, weight], attributes).Result;
        var product = builder.Add(ConvInputGradient.Instance, "product", [input, weight], attributes).Result;
        var bias = builder.AddParameter("bias", [channels], ParameterInitializer.Zeros);
        return builder.Add(BiasAdd.Instance, "", [product, bias]).Result;
    }

    private static int Size(WindowAxis window, int size, int extra) =>
        (size - 1) * window.Stride - 2 * window.Before + window.Extent + extra;

    private static string Text(int height, int width) =>
        height.ToString(CultureInfo.InvariantCulture) + "×" + width.ToString(CultureInfo.InvariantCulture);
}
