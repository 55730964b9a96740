using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Activation;

/// <summary>A classifier of digits, and what is made large to see what its parts look for.</summary>
[Network]
public sealed partial class ActivationNet
{
    [Forward]
    private static Tensor Classify([Shape(1, 28, 28)] Tensor image) => Dense(Neurons(image), 10);

    [Forward]
    private static Tensor Filters([Shape(1, 28, 28)] Tensor image) => Relu(Conv(MaxPool(Relu(Conv(image, 16, kernel: 5)), 2), 24, kernel: 5));

    [Forward]
    private static Tensor Neurons([Shape(1, 28, 28)] Tensor image) => Relu(Dense(Flatten(MaxPool(Filters(image), 2)), 64));

    [Loss]
    private static Tensor Cost(Tensor scores, [Labels] Tensor labels) => CrossEntropy(scores, labels);

    /// <summary>The mean answer of the filter that <paramref name="which"/> has a 1.</summary>
    [Objective("image")]
    private static Tensor Filter([Shape(1, 28, 28)] Tensor image, [Shape(24, 1, 1)] Tensor which) => Mean(Filters(image) * which);

    /// <summary>The answer of a dense neuron.</summary>
    [Objective("image")]
    private static Tensor Neuron([Shape(1, 28, 28)] Tensor image, [Shape(64)] Tensor which) => Sum(Neurons(image) * which);

    /// <summary>The score of a digit.</summary>
    [Objective("image")]
    private static Tensor Digit([Shape(1, 28, 28)] Tensor image, [Shape(10)] Tensor which) => Sum(Classify(image) * which);

    /// <summary>The same, but ink costs: the L1 term.</summary>
    [Objective("image")]
    private static Tensor SparseDigit([Shape(1, 28, 28)] Tensor image, [Shape(10)] Tensor which) =>
        Sum(Classify(image) * which) - 0.12 * Sum(Abs(Reshape(image, [784])));
}
