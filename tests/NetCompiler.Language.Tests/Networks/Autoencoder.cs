using static NetCompiler.Layers;

namespace NetCompiler.Language.Tests.Networks;

/// <summary>Three entry points that share weights, several inputs, several outputs, and a loss of several terms.</summary>
[Network]
public sealed partial class Autoencoder
{
    [Forward]
    private static (Tensor Reconstruction, Tensor Mean, Tensor Spread) Reconstruct([Shape(6)] Tensor image)
    {
        var (mean, spread) = Encode(image);
        return (Decode(mean, spread), mean, spread);
    }

    [Forward]
    private static (Tensor Mean, Tensor Spread) Encode([Shape(6)] Tensor image)
    {
        var hidden = Tanh(Dense(image, 5));
        return (Dense(hidden, 2), Sigmoid(Dense(hidden, 2)));
    }

    [Forward]
    private static Tensor Decode([Shape(2)] Tensor mean, [Shape(2)] Tensor spread) => Dense(Tanh(Dense(mean * spread, 4)), 6);

    [Loss]
    private static Tensor Cost(Tensor reconstruction, Tensor mean, Tensor spread, [Labels] Tensor image) =>
        MeanSquaredError(reconstruction, image) + 0.25 * MeanAbsoluteError(mean, StopGradient(spread));
}
