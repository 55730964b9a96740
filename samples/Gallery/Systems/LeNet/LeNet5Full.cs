using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.LeNet;

/// <summary>
/// LeNet-5 as published (LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition, 1998): subsampling that
/// is trained, the table of connections between S2 and C3, the scaled tanh. Its output is a dense layer under a softmax in place of the
/// radial basis functions.
/// </summary>
[Network]
public sealed partial class LeNet5Full
{
    [Forward]
    private static Tensor Classify([Shape(1, 32, 32, Type = ElementType.UInt8, Scale = 1.275 / 255, Mean = new[] { 0.1 })] Tensor image)
    {
        var c1 = Conv(image, 6, kernel: 5);
        var s2 = Subsample(Squash(c1), 2);
        var c3 = Conv(Squash(s2), 16, kernel: 5, connections: ConnectionTable.LeNet5);
        var s4 = Subsample(Squash(c3), 2);
        var c5 = Conv(Squash(s4), 120, kernel: 5);
        var f6 = Dense(Flatten(Squash(c5)), 84);
        var output = Dense(Squash(f6), 10);
        return output;
    }

    [Loss]
    private static Tensor Cost(Tensor scores, [Labels] Tensor labels) => CrossEntropy(scores, labels);

    /// <summary>1.7159 tanh(2/3 x): 1 at 1, −1 at −1.</summary>
    private static Tensor Squash(Tensor x) => 1.7159 * Tanh(2.0 / 3 * x);
}
