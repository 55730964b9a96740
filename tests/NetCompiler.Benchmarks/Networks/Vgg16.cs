using static NetCompiler.Layers;

namespace NetCompiler.Benchmarks.Networks;

/// <summary>VGG-16 (Simonyan and Zisserman, 2014), configuration D.</summary>
[Network]
public sealed partial class Vgg16
{
    [Forward]
    private static Tensor Classify([Shape(3, 224, 224)] Tensor image)
    {
        var x = image;
        foreach (var (channels, layers) in new[] { (64, 2), (128, 2), (256, 3), (512, 3), (512, 3) })
        {
            for (var i = 0; i < layers; i++)
                x = Relu(Conv(x, channels, kernel: 3, padding: 1));
            x = MaxPool(x, 2);
        }

        x = Relu(Dense(Flatten(x), 4096));
        return Dense(Relu(Dense(x, 4096)), 1000);
    }
}
