using static NetCompiler.Layers;

namespace NetCompiler.Language.Tests.Networks;

/// <summary>A loop whose rounds share weights, a sub-chain of attributes, comparisons, and a loss with inputs of its own.</summary>
[Network]
[Freeze("stem?.conv1", "*.bias")]
public sealed partial class Unrolled
{
    [Conv(2, 3, Padding = 1), Relu, MaxPool(2)]
    private static partial Tensor Stem(Tensor x);

    [Block(Shared = true)]
    private static Tensor Round(Tensor state, Tensor input) => Tanh(Dense(state, 4) + Dense(input, 4));

    [Forward]
    private static Tensor Run([Shape(1, 8, 8)] Tensor image)
    {
        var input = Flatten(Stem(Stem(image)));
        var state = Dense(input, 4);
        for (var i = 0; i < 3; i++)
            state = Round(state, input);
        return Where(state > 0.125, state, 0.5 * state);
    }

    [Loss]
    private static Tensor Cost([Shape(1, 8, 8)] Tensor image, [Labels, Shape(4)] Tensor target)
    {
        var difference = Run(image) - target;
        return MeanSquaredError(difference * difference, difference);
    }
}
