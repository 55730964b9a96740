using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Autoencoders;

/// <summary>
/// A variational auto-encoder (Kingma and Welling, 2014): a code is a distribution over 12 numbers, drawn towards the standard normal one.
/// </summary>
[Network]
public sealed partial class DigitVae
{
    [Forward]
    private static (Tensor Reconstruction, Tensor Mean, Tensor LogVariance) Reconstruct([Shape(784)] Tensor image)
    {
        var (mean, logVariance) = Encode(image);
        return (Decode(VariationalParts.Draw(mean, logVariance)), mean, logVariance);
    }

    [Forward]
    private static (Tensor Mean, Tensor LogVariance) Encode([Shape(784)] Tensor image) => VariationalParts.Encode(image, 12);

    [Forward]
    private static Tensor Decode([Shape(12)] Tensor code) => VariationalParts.Decode(code);

    [Loss]
    private static Tensor Cost(Tensor reconstruction, Tensor mean, Tensor logVariance, [Labels, Shape(784)] Tensor image) =>
        VariationalParts.Bound(reconstruction, mean, logVariance, image);

    /// <summary>
    /// How unlikely a code is together with the part of a picture that is seen: −log p up to a constant, pixels with a deviation of 0.25.
    /// </summary>
    [Objective("code")]
    private static Tensor Unlikely([Shape(12)] Tensor code, [Shape(784)] Tensor picture, [Shape(784)] Tensor seen) =>
        8 * Sum(Square(Decode(code) - picture) * seen) + 0.5 * Sum(Square(code));
}
