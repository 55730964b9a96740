using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Autoencoders;

/// <summary>What variational auto-encoders of any number of codes consist of.</summary>
internal static class VariationalParts
{
    public static (Tensor Mean, Tensor LogVariance) Encode(Tensor image, int codes)
    {
        var hidden = Relu(Dense(Relu(Dense(image, 256)), 128));
        return (Dense(hidden, codes), Dense(hidden, codes));
    }

    public static Tensor Draw(Tensor mean, Tensor logVariance) => mean + Exp(0.5 * logVariance) * Normal(mean);

    public static Tensor Decode(Tensor code) => Sigmoid(Dense(Relu(Dense(Relu(Dense(code, 128)), 256)), 784));

    /// <summary>The bound on −log p, in nats: what the pixels cost, and how far the codes are from the standard normal distribution.</summary>
    public static Tensor Bound(Tensor reconstruction, Tensor mean, Tensor logVariance, Tensor image) =>
        -1 * Sum(image * Log(reconstruction + 1e-6) + (1 - image) * Log(1 + 1e-6 - reconstruction))
        + 0.5 * Sum(Square(mean) + Exp(logVariance) - logVariance - 1);
}
