using static NetCompiler.Layers;

namespace NetCompiler.Benchmarks.Networks;

/// <summary>MobileNetV2 (Sandler and others, 2018), width 1.</summary>
[Network]
public sealed partial class MobileNetV2
{
    private static Tensor ConvBatchNormRelu6(Tensor x, int channels, int kernel, int stride, int groups) => Clip(
        BatchNorm(Conv(x, channels, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false)), 0, 6);

    [Block]
    private static Tensor Bottleneck(Tensor x, int inputs, int expansion, int channels, int stride)
    {
        var inner = inputs * expansion;
        var y = expansion == 1 ? x : ConvBatchNormRelu6(x, inner, 1, 1, 1);
        y = ConvBatchNormRelu6(y, inner, 3, stride, inner);
        y = BatchNorm(Conv(y, channels, kernel: 1, bias: false));
        return stride == 1 && inputs == channels ? x + y : y;
    }

    [Forward]
    private static Tensor Classify([Shape(3, 224, 224)] Tensor image)
    {
        var x = ConvBatchNormRelu6(image, 32, 3, 2, 1);
        var inputs = 32;
        foreach (var (expansion, channels, repeats, stride) in new[]
        {
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
        })
        {
            for (var i = 0; i < repeats; i++)
            {
                x = Bottleneck(x, inputs, expansion, channels, i == 0 ? stride : 1);
                inputs = channels;
            }
        }

        x = ConvBatchNormRelu6(x, 1280, 1, 1, 1);
        return Dense(GlobalAveragePool(x), 1000);
    }
}
