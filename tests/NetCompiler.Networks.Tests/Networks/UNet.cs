using static NetCompiler.Layers;

namespace NetCompiler.Networks.Tests.Networks;

/// <summary>A U-Net (Ronneberger, Fischer and Brox, 2015) of three levels, padded, with batch normalisation: whether each pixel is part of it.</summary>
[Network]
public sealed partial class UNet
{
    [Block]
    private static Tensor Double(Tensor x, int channels)
    {
        for (var i = 0; i < 2; i++)
            x = Relu(BatchNorm(Conv(x, channels, kernel: 3, padding: 1, bias: false)));
        return x;
    }

    [Forward]
    private static Tensor Segment([Shape(3, 48, 48)] Tensor image)
    {
        var down1 = Double(image, 16);
        var down2 = Double(MaxPool(down1, 2), 32);
        var down3 = Double(MaxPool(down2, 2), 64);
        var bottom = Double(MaxPool(down3, 2), 128);
        var up3 = Double(Concatenate(new[] { ConvTranspose(bottom, 64, kernel: 2, stride: 2), down3 }), 64);
        var up2 = Double(Concatenate(new[] { ConvTranspose(up3, 32, kernel: 2, stride: 2), down2 }), 32);
        var up1 = Double(Concatenate(new[] { ConvTranspose(up2, 16, kernel: 2, stride: 2), down1 }), 16);
        return Conv(up1, 1, kernel: 1);
    }

    [Loss]
    private static Tensor Cost(Tensor logits, [Labels] Tensor mask) => BinaryCrossEntropy(logits, mask);
}
