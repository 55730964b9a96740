using NetCompiler.Training.Data;

namespace NetCompiler.Training;

/// <summary>Finds what a classifier gets wrong.</summary>
public static class Mistakes
{
    private const int BatchSize = 256;

    /// <summary>The mistakes of which the network is surest.</summary>
    /// <param name="network">The network, which gives a score or a probability for each class.</param>
    /// <param name="data">Samples with class labels.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="threads">Threads that share the work; null for as many as there are processors. The result is the same.</param>
    /// <returns>The surest first; among equals in the order of the data set.</returns>
    /// <exception cref="ArgumentException">The data set does not fit the network, or has no class labels.</exception>
    public static IReadOnlyList<Mistake> FindWorst(Network network, IDataset data, int count, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        using var session = new EvaluationSession(network, BatchSize, threads ?? Environment.ProcessorCount);
        var batch = new BatchBuffer(network, session.Inputs, data, BatchSize);
        if (!batch.HasLabels)
            throw new ArgumentException("Mistakes: expected a data set of class labels, found values.", nameof(data));
        var classes = network.Definition.Outputs[0].Length;
        var hasProbabilities = network.Definition.Layers is [.., { Kind: "Softmax" }];
        var mistakes = new List<Mistake>();
        var scores = new float[classes];
        for (var first = 0; first < data.Count; first += BatchSize)
        {
            batch.Fill([.. Enumerable.Range(first, Math.Min(BatchSize, data.Count - first))]);
            session.Evaluate(batch.Buffers);
            for (var i = 0; i < batch.Count; i++)
            {
                session.Predictions.Slice(i * classes, classes).CopyTo(scores);
                var (actual, predicted) = (batch.Labels[i], Accuracy.ArgMax(scores));
                if (actual == predicted)
                    continue;
                if (!hasProbabilities)
                    Softmax(scores);
                mistakes.Add(new Mistake(first + i, actual, predicted, scores[predicted], scores[actual]));
            }
        }
        return [.. mistakes.OrderByDescending(m => m.Confidence).ThenBy(m => m.Index).Take(count)];
    }

    private static void Softmax(Span<float> scores)
    {
        var (largest, sum) = (scores[Accuracy.ArgMax(scores)], 0f);
        foreach (ref var score in scores)
            sum += score = MathF.Exp(score - largest);
        foreach (ref var score in scores)
            score /= sum;
    }
}
