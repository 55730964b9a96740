using static NetCompiler.Layers;

namespace NetCompiler.Networks.Tests.Networks;

/// <summary>
/// VGG-16 (Simonyan and Zisserman, 2014) for pictures of 32 × 32, which leave one place behind the last pooling; without its dropout, whose
/// random numbers are not those of PyTorch.
/// </summary>
[Network]
public sealed partial class Vgg16
{
    private const int Pool = 0;

    [Forward]
    private static Tensor Classify([Shape(3, 32, 32)] Tensor image)
    {
        var x = image;
        foreach (var channels in new[] { 64, 64, Pool, 128, 128, Pool, 256, 256, 256, Pool, 512, 512, 512, Pool, 512, 512, 512, Pool })
            x = channels == Pool ? MaxPool(x, 2) : Relu(Conv(x, channels, kernel: 3, padding: 1));
        x = Relu(Dense(Flatten(x), 4096));
        x = Relu(Dense(x, 4096));
        return Dense(x, 1000);
    }

    [Loss]
    private static Tensor Cost(Tensor logits, [Labels] Tensor label) => CrossEntropy(logits, label);
}
