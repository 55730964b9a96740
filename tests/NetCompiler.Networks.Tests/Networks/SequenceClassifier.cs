using static NetCompiler.Layers;

namespace NetCompiler.Networks.Tests.Networks;

/// <summary>Two LSTM layers of two directions each.</summary>
[Network]
public sealed partial class SequenceClassifier
{
    [Forward]
    private static Tensor Classify([Shape(12, 8)] Tensor sequence)
    {
        var x = Lstm(sequence, 16, returnSequences: true, bidirectional: true, name: "lstm1");
        return Dense(Lstm(x, 16, bidirectional: true, name: "lstm2"), 5);
    }

    [Loss]
    private static Tensor Cost(Tensor logits, [Labels] Tensor label) => CrossEntropy(logits, label);
}
