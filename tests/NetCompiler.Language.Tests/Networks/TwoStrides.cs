using static NetCompiler.Layers;

namespace NetCompiler.Language.Tests.Networks;

/// <summary>A block with the same weights at two strides: what has no weights, and how they are applied, may differ from call to call.</summary>
[Network]
public sealed partial class TwoStrides
{
    [Block(Shared = true)]
    private static Tensor Look(Tensor image, int stride, int places) =>
        Reshape(Conv(image, 2, kernel: 2, stride: stride, name: "conv"), [2, places]);

    [Forward]
    private static Tensor Run([Shape(1, 4, 4)] Tensor image) => Concatenate([Look(image, 1, 9), Look(image, 2, 4)], axis: 1);
}
