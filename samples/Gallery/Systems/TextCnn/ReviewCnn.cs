using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.TextCnn;

/// <summary>
/// Filters over three, four and five words in a row, each of which keeps its largest answer (Kim: Convolutional neural networks for
/// sentence classification, 2014), on embeddings that are learned.
/// </summary>
[Network]
public sealed partial class ReviewCnn
{
    [Forward]
    private static Tensor Classify([Shape(56, Type = ElementType.Int32)] Tensor words)
    {
        var (three, four, five) = Answers(words);
        var largest = Concatenate([Max(three, [1]), Max(four, [1]), Max(five, [1])]);
        return Dense(Dropout(Reshape(largest, [240]), 0.5), 2);
    }

    /// <summary>The answer of each filter at each place.</summary>
    [Forward]
    private static (Tensor Three, Tensor Four, Tensor Five) Answers([Shape(56, Type = ElementType.Int32)] Tensor words)
    {
        var sentence = Transpose(Dropout(Embedding(words, vocabulary: 10_000, width: 96, paddingIndex: 0), 0.3));
        return (Relu(Conv(sentence, 80, kernel: 3)), Relu(Conv(sentence, 80, kernel: 4)), Relu(Conv(sentence, 80, kernel: 5)));
    }

    [Loss]
    private static Tensor Cost(Tensor scores, [Labels] Tensor labels) => CrossEntropy(scores, labels);
}
