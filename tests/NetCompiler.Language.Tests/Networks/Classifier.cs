using static NetCompiler.Layers;

namespace NetCompiler.Language.Tests.Networks;

/// <summary>Objectives: a score, the loss of a label (as adversarial examples want it), and the maps behind a score.</summary>
[Network]
public sealed partial class Classifier
{
    [Forward]
    private static Tensor Classify([Shape(1, 6, 6)] Tensor image)
    {
        var maps = Tanh(BatchNorm(Conv(image, 3, kernel: 3, padding: 1)));
        maps = Softplus(Conv(maps, 4, kernel: 3), name: "maps");
        return Dense(GlobalAveragePool(maps), 3);
    }

    [Loss]
    private static Tensor Cost(Tensor logits, [Labels] Tensor label) => CrossEntropy(logits, label, labelSmoothing: 0.1, classWeights: [1, 2, 0.5]);

    [Objective]
    private static Tensor Confidence([Shape(1, 6, 6, Scale = 0.5, Mean = new[] { 0.25 })] Tensor image) => Slice(Softmax(Classify(image)), 1, 1);

    [Objective]
    private static Tensor Mistake([Shape(1, 6, 6)] Tensor image, [Labels] Tensor label) => CrossEntropy(Classify(image), label);

    // Numbers of a sample, of three ranks, beside each other and beside a picture.
    [Objective]
    private static Tensor Penalised([Shape(1, 6, 6)] Tensor image, [Labels] Tensor label)
    {
        var logits = Classify(image);
        var relative = image / Sum(image * image);
        return CrossEntropy(logits, label) + 0.1f * Sum(logits * logits) + Sum(Square(relative + 0.5f * Mean(logits)));
    }

    [Objective("maps")]
    private static (Tensor Score, Tensor Logits) Attention([Shape(1, 6, 6)] Tensor image)
    {
        var logits = Classify(image);
        return (Slice(logits, 2, 1), logits);
    }

    [Objective("left", "right")]
    private static Tensor Distance([Shape(5)] Tensor left, [Shape(5)] Tensor right, [Shape(5)] Tensor weight) => MeanSquaredError(left * weight, right);
}
