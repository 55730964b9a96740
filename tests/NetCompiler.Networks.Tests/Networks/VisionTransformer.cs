using static NetCompiler.Layers;

namespace NetCompiler.Networks.Tests.Networks;

/// <summary>A small vision transformer (Dosovitskiy et al., 2020): patches of 4 × 4, a class token, two blocks of three heads.</summary>
[Network]
public sealed partial class VisionTransformer
{
    private const int Width = 24;

    [Block]
    private static Tensor Encoder(Tensor x)
    {
        x = x + MultiHeadAttention(LayerNorm(x), heads: 3);
        return x + Dense(Gelu(Dense(LayerNorm(x), 2 * Width)), Width);
    }

    [Forward]
    private static Tensor Classify([Shape(3, 16, 16)] Tensor image)
    {
        var x = Transpose(Reshape(Conv(image, Width, kernel: 4, stride: 4), new[] { Width, 16 }));
        x = PositionEmbedding(ClassToken(x));
        for (var i = 0; i < 2; i++)
            x = Encoder(x);
        return Dense(Flatten(Slice(LayerNorm(x), start: 0, size: 1)), 10);
    }

    [Loss]
    private static Tensor Cost(Tensor logits, [Labels] Tensor label) => CrossEntropy(logits, label);
}
