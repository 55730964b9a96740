using static NetCompiler.Layers;

namespace NetCompiler.Networks.Tests.Networks;

/// <summary>The residual network of 18 layers (He et al., 2015), as torchvision has it; trained on small pictures.</summary>
[Network]
public sealed partial class ResNet18
{
    [Block]
    private static Tensor Basic(Tensor x, int channels, int stride)
    {
        var y = Relu(BatchNorm(Conv(x, channels, kernel: 3, stride: stride, padding: 1, bias: false)));
        y = BatchNorm(Conv(y, channels, kernel: 3, padding: 1, bias: false));
        var shortcut = stride == 1 ? x : BatchNorm(Conv(x, channels, kernel: 1, stride: stride, bias: false));
        return Relu(y + shortcut);
    }

    [Forward]
    private static Tensor Classify([Shape(3, 224, 224)] Tensor image)
    {
        var x = Relu(BatchNorm(Conv(image, 64, kernel: 7, stride: 2, padding: 3, bias: false)));
        x = MaxPool(x, window: 3, stride: 2, padding: 1);
        foreach (var channels in new[] { 64, 128, 256, 512 })
        {
            for (var i = 0; i < 2; i++)
                x = Basic(x, channels, stride: i == 0 && channels > 64 ? 2 : 1);
        }

        return Dense(GlobalAveragePool(x), 1000);
    }

    [Loss]
    private static Tensor Cost([Shape(3, 64, 64)] Tensor crop, [Labels] Tensor label) => CrossEntropy(Classify(crop), label);
}
