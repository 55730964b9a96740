using System.Globalization;

namespace NetCompiler.BuildCost;

/// <summary>Declarations of deep networks, whose code must stay small: source texts with one network each.</summary>
public static class DeepNetworks
{
    private const string Usings = """
        using NetCompiler;
        using static NetCompiler.Layers;

        """;

    /// <summary>All of them by name. The residual networks are those whose cost has to grow linearly with their depth.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["residual-20"] = Residual(20),
        ["residual-50"] = Residual(50),
        ["residual-110"] = Residual(110),
        ["residual-200"] = Residual(200),
        ["bottleneck-200"] = Bottleneck(200),
        ["resnet-18"] = ResNet18,
        ["vgg-16"] = Vgg16,
        ["u-net"] = UNet,
    };

    /// <summary>Two 3×3 convolutions a block, three groups of blocks of 64, 128 and 256 channels: 6n + 2 layers with weights.</summary>
    public static string Residual(int depth) => Usings + """
        [Network]
        public sealed partial class Deep
        {
            [Block]
            static Tensor Residual(Tensor x, int channels, int stride)
            {
                var y = Relu(BatchNorm(Conv(x, channels, kernel: 3, stride: stride, padding: 1)));
                y = BatchNorm(Conv(y, channels, kernel: 3, padding: 1));
                var shortcut = stride == 1 ? x : BatchNorm(Conv(x, channels, kernel: 1, stride: stride));
                return Relu(y + shortcut);
            }

            [Forward]
            static Tensor Classify([Shape(3, 32, 32)] Tensor image)
            {
                var x = Relu(BatchNorm(Conv(image, 64, kernel: 3, padding: 1)));
                foreach (var channels in new[] { 64, 128, 256 })
                    for (var i = 0; i < BLOCKS; i++)
                        x = Residual(x, channels, stride: i == 0 && channels > 64 ? 2 : 1);
                return Dense(GlobalAveragePool(x), 10);
            }

            [Loss]
            static Tensor Loss(Tensor logits, [Labels] Tensor target) => CrossEntropy(logits, target);
        }
        """.Replace("BLOCKS", Text((depth - 2) / 6), StringComparison.Ordinal);

    /// <summary>Three convolutions a block, 1×1, 3×3, 1×1: 9n + 2 layers with weights.</summary>
    public static string Bottleneck(int depth) => Usings + """
        [Network]
        public sealed partial class Deep
        {
            [Block]
            static Tensor Bottleneck(Tensor x, int channels, int stride, bool widens)
            {
                var y = Relu(BatchNorm(Conv(x, channels, kernel: 1)));
                y = Relu(BatchNorm(Conv(y, channels, kernel: 3, stride: stride, padding: 1)));
                y = BatchNorm(Conv(y, 4 * channels, kernel: 1));
                var shortcut = widens ? BatchNorm(Conv(x, 4 * channels, kernel: 1, stride: stride)) : x;
                return Relu(y + shortcut);
            }

            [Forward]
            static Tensor Classify([Shape(3, 32, 32)] Tensor image)
            {
                var x = Relu(BatchNorm(Conv(image, 64, kernel: 3, padding: 1)));
                foreach (var channels in new[] { 64, 128, 256 })
                    for (var i = 0; i < BLOCKS; i++)
                        x = Bottleneck(x, channels, stride: i == 0 && channels > 64 ? 2 : 1, widens: i == 0);
                return Dense(GlobalAveragePool(x), 10);
            }

            [Loss]
            static Tensor Loss(Tensor logits, [Labels] Tensor target) => CrossEntropy(logits, target);
        }
        """.Replace("BLOCKS", Text((depth - 2) / 9), StringComparison.Ordinal);

    /// <summary>ResNet-18 for images of 224×224, with a loss.</summary>
    public static string ResNet18 => Usings + """
        [Network]
        public sealed partial class Deep
        {
            [Block]
            static Tensor Residual(Tensor x, int channels, int stride)
            {
                var y = Relu(BatchNorm(Conv(x, channels, kernel: 3, stride: stride, padding: 1)));
                y = BatchNorm(Conv(y, channels, kernel: 3, padding: 1));
                var shortcut = stride == 1 ? x : BatchNorm(Conv(x, channels, kernel: 1, stride: stride));
                return Relu(y + shortcut);
            }

            [Forward]
            static Tensor Classify([Shape(3, 224, 224)] Tensor image)
            {
                var x = MaxPool(Relu(BatchNorm(Conv(image, 64, kernel: 7, stride: 2, padding: 3))), window: 3, stride: 2, padding: 1);
                foreach (var channels in new[] { 64, 128, 256, 512 })
                    for (var i = 0; i < 2; i++)
                        x = Residual(x, channels, stride: i == 0 && channels > 64 ? 2 : 1);
                return Dense(GlobalAveragePool(x), 1000);
            }

            [Loss]
            static Tensor Loss(Tensor logits, [Labels] Tensor target) => CrossEntropy(logits, target);
        }
        """;

    /// <summary>VGG-16 for images of 224×224, which only predicts.</summary>
    public static string Vgg16 => Usings + """
        [Network]
        [Input(3, 224, 224)]
        [Conv(64, 3, Padding = 1), Relu, Conv(64, 3, Padding = 1), Relu, MaxPool(2)]
        [Conv(128, 3, Padding = 1), Relu, Conv(128, 3, Padding = 1), Relu, MaxPool(2)]
        [Conv(256, 3, Padding = 1), Relu, Conv(256, 3, Padding = 1), Relu, Conv(256, 3, Padding = 1), Relu, MaxPool(2)]
        [Conv(512, 3, Padding = 1), Relu, Conv(512, 3, Padding = 1), Relu, Conv(512, 3, Padding = 1), Relu, MaxPool(2)]
        [Conv(512, 3, Padding = 1), Relu, Conv(512, 3, Padding = 1), Relu, Conv(512, 3, Padding = 1), Relu, MaxPool(2)]
        [Flatten, Dense(4096), Relu, Dense(4096), Relu, Dense(1000), Softmax]
        public sealed partial class Deep;
        """;

    /// <summary>A U-Net of four levels for images of 128×128, which only predicts.</summary>
    public static string UNet => Usings + """
        [Network]
        public sealed partial class Deep
        {
            [Block]
            static Tensor Twice(Tensor x, int channels)
            {
                x = Relu(Conv(x, channels, kernel: 3, padding: 1));
                return Relu(Conv(x, channels, kernel: 3, padding: 1));
            }

            [Forward]
            static Tensor Segment([Shape(1, 128, 128)] Tensor image)
            {
                var level1 = Twice(image, 32);
                var level2 = Twice(MaxPool(level1, window: 2), 64);
                var level3 = Twice(MaxPool(level2, window: 2), 128);
                var bottom = Twice(MaxPool(level3, window: 2), 256);
                var up3 = Twice(Concatenate([level3, ConvTranspose(bottom, 128, kernel: 2, stride: 2)]), 128);
                var up2 = Twice(Concatenate([level2, ConvTranspose(up3, 64, kernel: 2, stride: 2)]), 64);
                var up1 = Twice(Concatenate([level1, ConvTranspose(up2, 32, kernel: 2, stride: 2)]), 32);
                return Conv(up1, 2, kernel: 1);
            }
        }
        """;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
