using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Vgg;

/// <summary>A small net of the same make, with the last layers as convolutions: one score a class for a digit of 28 × 28, else a map.</summary>
internal static class DigitFcnParts
{
    public const int Classes = 11;

    public static Tensor Scores(Tensor x)
    {
        x = MaxPool(Relu(Conv(x, 24, kernel: 3, padding: 1, name: "conv1")), 2);
        x = MaxPool(Relu(Conv(x, 48, kernel: 3, padding: 1, name: "conv2")), 2);
        x = Relu(Conv(x, 64, kernel: 3, padding: 1, name: "conv3"));
        var dense = Relu(Conv(x, 96, kernel: 7, name: "dense1"));
        return Conv(dense, Classes, kernel: 1, name: "dense2");
    }
}

/// <summary>What is trained: ten digits, and what is none.</summary>
[Network]
public sealed partial class DigitFcn
{
    [Forward]
    private static Tensor Classify([Shape(1, 28, 28, Type = ElementType.UInt8, Scale = 1f / 255f)] Tensor image) =>
        Reshape(DigitFcnParts.Scores(image), [DigitFcnParts.Classes]);

    [Loss]
    private static Tensor Cost(Tensor scores, [Labels] Tensor labels) => CrossEntropy(scores, labels);
}

/// <summary>The same weights on a page of 140 × 196: 29 × 43 places, 4 pixels apart.</summary>
[Network]
public sealed partial class PageFcn
{
    [Forward]
    private static Tensor Map([Shape(1, 140, 196, Type = ElementType.UInt8, Scale = 1f / 255f)] Tensor page) => Softmax(DigitFcnParts.Scores(page));
}
