namespace NetCompiler.Training;

/// <summary>Counts right answers.</summary>
public static class Accuracy
{
    /// <summary>How many samples have their largest score at their label (categorical accuracy, top 1).</summary>
    /// <param name="scores">The scores of each sample's classes, one sample after the other.</param>
    /// <param name="labels">The right class of each sample.</param>
    /// <returns>From 0 to the number of labels.</returns>
    /// <exception cref="ArgumentException">The scores are no whole number of classes for each label.</exception>
    public static int CountCorrect(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels)
    {
        if (labels.IsEmpty)
            return 0;
        if (scores.Length % labels.Length != 0)
            throw new ArgumentException($"{scores.Length} scores are no whole number for each of {labels.Length} labels.", nameof(scores));
        var classes = scores.Length / labels.Length;
        var correct = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (ArgMax(scores.Slice(i * classes, classes)) == labels[i])
                correct++;
        }
        return correct;
    }

    /// <summary>How many samples have their label among the k largest scores (top-k accuracy).</summary>
    /// <param name="scores">The scores of each sample's classes, one sample after the other.</param>
    /// <param name="labels">The right class of each sample.</param>
    /// <param name="k">
    /// At least 1. Among equal scores the earlier class comes first, as for <see cref="ArgMax"/>; NaN comes last, and is never right.
    /// </param>
    /// <returns>From 0 to the number of labels.</returns>
    /// <exception cref="ArgumentException">The scores are no whole number of classes for each label, or a label is no class.</exception>
    public static int CountCorrect(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (labels.IsEmpty)
            return 0;
        if (scores.Length % labels.Length != 0)
            throw new ArgumentException($"{scores.Length} scores are no whole number for each of {labels.Length} labels.", nameof(scores));
        var classes = scores.Length / labels.Length;
        var correct = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classes)
                throw new ArgumentException($"Label of sample {i}: expected 0 to {classes - 1}, found {labels[i]}.", nameof(labels));
            var sample = scores.Slice(i * classes, classes);
            var score = sample[labels[i]];
            var ahead = 0;
            for (var c = 0; c < classes; c++)
                ahead += sample[c] > score || c < labels[i] && sample[c] == score ? 1 : 0;
            correct += ahead < k && !float.IsNaN(score) ? 1 : 0;
        }
        return correct;
    }

    /// <summary>How many answers are on the right side of a threshold (binary accuracy).</summary>
    /// <param name="scores">The answers.</param>
    /// <param name="targets">What they should be, as many.</param>
    /// <param name="threshold">Scores of more than this say yes: 0.5 for probabilities, 0 for logits. Targets above 0.5 mean yes.</param>
    /// <returns>From 0 to the number of answers.</returns>
    /// <exception cref="ArgumentException">There are not as many targets as scores.</exception>
    public static int CountCorrect(ReadOnlySpan<float> scores, ReadOnlySpan<float> targets, float threshold)
    {
        if (scores.Length != targets.Length)
            throw new ArgumentException($"{scores.Length} scores need as many targets, found {targets.Length}.", nameof(targets));
        var correct = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] > threshold == targets[i] > 0.5f)
                correct++;
        }
        return correct;
    }

    /// <summary>The index of the largest score: the first of them among equals, 0 where all are NaN.</summary>
    /// <param name="scores">At least one.</param>
    public static int ArgMax(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best] || float.IsNaN(scores[best]))
                best = i;
        }
        return best;
    }
}
