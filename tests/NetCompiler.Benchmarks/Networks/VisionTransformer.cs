using static NetCompiler.Layers;

namespace NetCompiler.Benchmarks.Networks;

/// <summary>A vision transformer (Dosovitskiy and others, 2020) of the size DeiT-Ti (Touvron and others, 2020): 12 blocks, 192 wide, 3 heads.</summary>
[Network]
public sealed partial class VisionTransformer
{
    [Block]
    private static Tensor Encoder(Tensor x)
    {
        x = x + MultiHeadAttention(LayerNorm(x), heads: 3);
        return x + Dense(Gelu(Dense(LayerNorm(x), 768)), 192);
    }

    [Forward]
    private static Tensor Classify([Shape(3, 224, 224)] Tensor image)
    {
        var patches = Conv(image, 192, kernel: 16, stride: 16);
        var x = PositionEmbedding(ClassToken(Transpose(Reshape(patches, [192, 196]))));
        for (var i = 0; i < 12; i++)
            x = Encoder(x);
        return Dense(Reshape(Slice(LayerNorm(x), 0, 1), [192]), 1000);
    }
}
