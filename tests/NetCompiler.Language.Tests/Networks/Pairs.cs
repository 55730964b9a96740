using static NetCompiler.Layers;

namespace NetCompiler.Language.Tests.Networks;

/// <summary>Two inputs of different types, two outputs, and a loss that compares each with a target of its own.</summary>
[Network]
public sealed partial class Pairs
{
    [Forward]
    private static (Tensor Value, Tensor Scores) Judge([Shape(4)] Tensor numbers, [Shape(3, Type = ElementType.Int32)] Tensor words)
    {
        var hidden = Tanh(Dense(numbers, 6) + Dense(Flatten(Embedding(words, 5, 6)), 6));
        return (Dense(hidden, 2), Dense(hidden, 3));
    }

    [Loss]
    private static Tensor Cost(Tensor value, Tensor scores, [Labels] Tensor wanted, [Labels] Tensor label) =>
        MeanSquaredError(value, wanted) + 0.5 * CrossEntropy(scores, label, labelSmoothing: 0.1);
}

/// <summary>A loss of three inputs of its own, without a target: like things are to be near each other, unlike ones apart.</summary>
[Network]
public sealed partial class Triplets
{
    [Forward]
    private static Tensor Embed([Shape(5)] Tensor sample) => L2Normalize(Dense(Tanh(Dense(Dropout(sample, 0.25), 6)), 3));

    [Loss]
    private static Tensor Cost([Shape(5)] Tensor anchor, [Shape(5)] Tensor positive, [Shape(5)] Tensor negative)
    {
        var (a, p, n) = (Embed(anchor), Embed(positive), Embed(negative));
        return Relu(Sum(Square(a - p)) - Sum(Square(a - n)) + 0.5);
    }
}

/// <summary>Draws a number for each element, twice.</summary>
[Network]
public sealed partial class Sampler
{
    [Forward]
    private static Tensor Draw([Shape(3)] Tensor mean)
    {
        var noise = Normal(mean);
        return mean + noise + Uniform(mean, min: 2, max: 3);
    }

    [Forward]
    private static Tensor Noise([Shape(3)] Tensor mean) => Normal(mean, mean: 1, deviation: 0.5);
}

/// <summary>Probabilities, which the loss looks behind.</summary>
[Network]
[Input(4), Dense(6), Dropout(0.5), BatchNorm, Dense(3), Softmax]
[Loss(Loss.CrossEntropy, LabelSmoothing = 0.2)]
public sealed partial class Classes;

/// <summary>Yes or no three times, by the cross-entropy of each.</summary>
[Network]
[Input(4), Dense(6), Tanh, Dense(3), Sigmoid]
[Loss(Loss.BinaryCrossEntropy)]
public sealed partial class Answers;

/// <summary>A result that is called as an input is, and an input that is called as what the emitted method declares.</summary>
[Network]
public sealed partial class Swapper
{
    [Forward]
    private static (Tensor Left, Tensor Result0) Swap([Shape(3)] Tensor left, [Shape(3)] Tensor samples) => (samples * 2, left * 3);
}
