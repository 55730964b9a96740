using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Autoencoders;

/// <summary>
/// The same with two numbers, so that the codes are a plane to look at.
/// </summary>
[Network]
public sealed partial class PlaneVae
{
    [Forward]
    private static (Tensor Reconstruction, Tensor Mean, Tensor LogVariance) Reconstruct([Shape(784)] Tensor image)
    {
        var (mean, logVariance) = Encode(image);
        return (Decode(VariationalParts.Draw(mean, logVariance)), mean, logVariance);
    }

    [Forward]
    private static (Tensor Mean, Tensor LogVariance) Encode([Shape(784)] Tensor image) => VariationalParts.Encode(image, 2);

    [Forward]
    private static Tensor Decode([Shape(2)] Tensor code) => VariationalParts.Decode(code);

    [Loss]
    private static Tensor Cost(Tensor reconstruction, Tensor mean, Tensor logVariance, [Labels, Shape(784)] Tensor image) =>
        VariationalParts.Bound(reconstruction, mean, logVariance, image);
}
