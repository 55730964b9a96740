using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Vgg;

/// <summary>VGG-16, configuration D of Simonyan and Zisserman: Very deep convolutional networks for large-scale image recognition, 2015.</summary>
internal static class VggParts
{
    public static Tensor Features(Tensor x)
    {
        int[] channels = [64, 128, 256, 512, 512];
        int[] layers = [2, 2, 3, 3, 3];
        for (var level = 0; level < 5; level++)
        {
            for (var i = 0; i < layers[level]; i++)
                x = Relu(Conv(x, channels[level], kernel: 3, padding: 1, name: $"conv{level + 1}_{i + 1}"));
            x = MaxPool(x, 2);
        }
        return x;
    }

    /// <summary>The dense layers as convolutions: the first over all 7 × 7 places of its input at once, the others over one.</summary>
    public static Tensor Head(Tensor features)
    {
        var fc6 = Relu(Conv(features, 4096, kernel: 7, name: "fc6"));
        var fc7 = Relu(Conv(fc6, 4096, kernel: 1, name: "fc7"));
        return Conv(fc7, 1000, kernel: 1, name: "fc8");
    }
}

/// <summary>With dense layers, which take one size of picture.</summary>
[Network]
public sealed partial class Vgg16
{
    [Forward]
    private static Tensor Classify([Shape(3, 224, 224)] Tensor picture)
    {
        var fc6 = Relu(Dense(Flatten(VggParts.Features(picture)), 4096, name: "fc6"));
        var fc7 = Relu(Dense(fc6, 4096, name: "fc7"));
        return Dense(fc7, 1000, name: "fc8");
    }
}

/// <summary>With convolutions in their place.</summary>
[Network]
public sealed partial class ConvolutionalVgg16
{
    [Forward]
    private static Tensor Classify([Shape(3, 224, 224)] Tensor picture) => VggParts.Head(VggParts.Features(picture));
}

/// <summary>The same on a larger picture: a map of scores, 3 × 2 places of each class.</summary>
[Network]
public sealed partial class WideVgg16
{
    [Forward]
    private static Tensor Classify([Shape(3, 256, 288)] Tensor picture) => VggParts.Head(VggParts.Features(picture));
}
