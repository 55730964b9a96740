using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.BatchNormalization;

/// <summary>Ten layers of sigmoids: each takes three quarters or more of the gradient that passes.</summary>
[Network]
public sealed partial class DeepSigmoidNet
{
    [Forward]
    private static Tensor Classify([Shape(1, 28, 28, Type = ElementType.UInt8, Scale = 1f / 255f)] Tensor image)
    {
        var x = Flatten(image);
        for (var i = 0; i < 10; i++)
            x = Sigmoid(Dense(x, 64));
        return Dense(x, 10);
    }

    [Loss]
    private static Tensor Cost(Tensor scores, [Labels] Tensor labels) => CrossEntropy(scores, labels);
}

/// <summary>The same with batch normalisation in front of each sigmoid (Ioffe and Szegedy, 2015).</summary>
[Network]
public sealed partial class NormalizedSigmoidNet
{
    [Forward]
    private static Tensor Classify([Shape(1, 28, 28, Type = ElementType.UInt8, Scale = 1f / 255f)] Tensor image)
    {
        var x = Flatten(image);
        for (var i = 0; i < 10; i++)
            x = Sigmoid(BatchNorm(Dense(x, 64)));
        return Dense(x, 10);
    }

    [Loss]
    private static Tensor Cost(Tensor scores, [Labels] Tensor labels) => CrossEntropy(scores, labels);
}
