using static NetCompiler.Layers;

namespace NetCompiler.Networks.Tests.Networks;

/// <summary>
/// MobileNetV2 (Sandler et al., 2018), as torchvision has it, without its dropout. It is trained on parts of the pictures that it predicts,
/// with the same weights; make_network_fixtures.py says why.
/// </summary>
[Network]
public sealed partial class MobileNetV2
{
    private static Tensor Relu6(Tensor x) => Clip(x, 0, 6);

    [Block]
    private static Tensor Inverted(Tensor x, int inputs, int channels, int stride, int expansion)
    {
        var hidden = inputs * expansion;
        var y = x;
        if (expansion != 1)
            y = Relu6(BatchNorm(Conv(y, hidden, kernel: 1, bias: false)));
        y = Relu6(BatchNorm(Conv(y, hidden, kernel: 3, stride: stride, padding: 1, groups: hidden, bias: false)));
        y = BatchNorm(Conv(y, channels, kernel: 1, bias: false));
        return stride == 1 && inputs == channels ? x + y : y;
    }

    [Forward]
    private static Tensor Classify([Shape(3, 224, 224)] Tensor image)
    {
        var x = Relu6(BatchNorm(Conv(image, 32, kernel: 3, stride: 2, padding: 1, bias: false)));
        var inputs = 32;
        foreach (var (expansion, channels, count, stride) in new[]
            {
                (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
            })
        {
            for (var i = 0; i < count; i++)
            {
                x = Inverted(x, inputs, channels, i == 0 ? stride : 1, expansion);
                inputs = channels;
            }
        }

        x = Relu6(BatchNorm(Conv(x, 1280, kernel: 1, bias: false)));
        return Dense(GlobalAveragePool(x), 1000);
    }

    [Loss]
    private static Tensor Cost([Shape(3, 48, 48)] Tensor crop, [Labels] Tensor label) => CrossEntropy(Classify(crop), label);
}
