using static NetCompiler.Layers;

namespace NetCompiler.Benchmarks.Networks;

/// <summary>ResNet-18 (He and others, 2015).</summary>
[Network]
public sealed partial class ResNet18
{
    [Block]
    private static Tensor Residual(Tensor x, int channels, int stride, bool projects)
    {
        var y = Relu(BatchNorm(Conv(x, channels, kernel: 3, stride: stride, padding: 1, bias: false)));
        y = BatchNorm(Conv(y, channels, kernel: 3, padding: 1, bias: false));
        var shortcut = projects ? BatchNorm(Conv(x, channels, kernel: 1, stride: stride, bias: false)) : x;
        return Relu(y + shortcut);
    }

    [Forward]
    private static Tensor Classify([Shape(3, 224, 224)] Tensor image)
    {
        var x = Relu(BatchNorm(Conv(image, 64, kernel: 7, stride: 2, padding: 3, bias: false)));
        x = MaxPool(x, 3, stride: 2, padding: 1);
        foreach (var channels in new[] { 64, 128, 256, 512 })
        {
            x = Residual(x, channels, channels == 64 ? 1 : 2, channels != 64);
            x = Residual(x, channels, 1, false);
        }

        return Dense(GlobalAveragePool(x), 1000);
    }
}
