using static NetCompiler.Layers;

namespace NetCompiler.Networks.Tests.Networks;

/// <summary>A variational auto-encoder (Kingma and Welling, 2013), whose loss is a pixel's share of the negative evidence lower bound.</summary>
[Network]
public sealed partial class VariationalAutoEncoder
{
    private const int Pixels = 64;

    [Forward]
    private static (Tensor Reconstruction, Tensor Mean, Tensor Variance) Reconstruct([Shape(Pixels)] Tensor picture)
    {
        var hidden = Tanh(Dense(picture, 32));
        var mean = Dense(hidden, 8);
        // Its logarithm.
        var variance = Dense(hidden, 8);
        var z = mean + Exp(0.5 * variance) * Normal(mean);
        return (Dense(Tanh(Dense(z, 32)), Pixels), mean, variance);
    }

    // The cross-entropy of each pixel, whose logits the reconstruction is, and the divergence from the standard normal distribution.
    [Loss]
    private static Tensor Cost(Tensor reconstruction, Tensor mean, Tensor variance, [Labels, Shape(Pixels)] Tensor image) =>
        Mean(Softplus(reconstruction) - reconstruction * image) - 0.5 / Pixels * Sum(1 + variance - Square(mean) - Exp(variance));
}
