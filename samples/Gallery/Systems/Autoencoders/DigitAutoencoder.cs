using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Autoencoders;

/// <summary>A digit through 24 numbers and back.</summary>
[Network]
public sealed partial class DigitAutoencoder
{
    [Forward]
    private static Tensor Reconstruct([Shape(784)] Tensor image) => Decode(Encode(image));

    [Forward]
    private static Tensor Encode([Shape(784)] Tensor image) => Dense(Relu(Dense(Relu(Dense(image, 256)), 96)), 24);

    [Forward]
    private static Tensor Decode([Shape(24)] Tensor code) => Sigmoid(Dense(Relu(Dense(Relu(Dense(code, 96)), 256)), 784));

    [Loss]
    private static Tensor Cost(Tensor reconstruction, [Labels] Tensor image) => BinaryCrossEntropy(reconstruction, image);
}
