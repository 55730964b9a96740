namespace NetCompiler.Generator.Tests.Support;

/// <summary>Declarations that tests share.</summary>
public static class Networks
{
    /// <summary>The course's network for digits.</summary>
    public const string Course = """
        namespace Samples;

        [Network]
        [Input(1, 28, 28, Type = ElementType.UInt8, Scale = 1.0 / 255)]
        [Conv(25, 3), Relu, MaxPool(2)]
        [Conv(50, 3), Relu, MaxPool(2)]
        [Flatten, Dense(100), Relu]
        [Dense(10), Softmax]
        [Loss(Loss.CrossEntropy)]
        public sealed partial class DigitNet;
        """;

    /// <summary>LeNet-5 with rectifiers, as LeCun et al. (1998) count its layers.</summary>
    public const string LeNet = """
        [Network]
        [Input(1, 32, 32)]
        [Conv(6, 5), Relu, AveragePool(2)]
        [Conv(16, 5), Relu, AveragePool(2)]
        [Flatten, Dense(120), Tanh, Dense(84), Tanh, Dense(10)]
        public sealed partial class LeNet;
        """;

    /// <summary>A residual network in graph form, 8×8 pixels small.</summary>
    public const string SmallResNet = """
        using static NetCompiler.Layers;

        [Network]
        public sealed partial class SmallResNet
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
            static Tensor Classify([Shape(3, 8, 8)] Tensor image)
            {
                var x = Relu(BatchNorm(Conv(image, 4, kernel: 3, padding: 1)));
                foreach (var channels in new[] { 4, 8 })
                    for (var i = 0; i < 2; i++)
                        x = Residual(x, channels, stride: i == 0 && channels > 4 ? 2 : 1);
                return Dense(GlobalAveragePool(x), 10);
            }

            [Loss]
            static Tensor Loss(Tensor logits, [Labels] Tensor target) => CrossEntropy(logits, target);
        }
        """;
}
