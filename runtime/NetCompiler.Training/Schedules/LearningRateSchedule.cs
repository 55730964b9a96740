namespace NetCompiler.Training;

/// <summary>The usual learning-rate schedules.</summary>
public static class LearningRateSchedule
{
    /// <summary>The optimiser's learning rate, unchanged.</summary>
    public static ILearningRateSchedule Constant { get; } = FromDelegate((in _) => 1f);

    /// <summary>Multiplied by <paramref name="factor"/> after every <paramref name="epochs"/> epochs (PyTorch's StepLR).</summary>
    /// <param name="epochs">How many epochs a rate lasts, at least 1.</param>
    /// <param name="factor">More than 0.</param>
    public static ILearningRateSchedule Step(int epochs, float factor = 0.1f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        return FromDelegate((in position) => (float)Math.Pow(factor, position.Epoch / epochs));
    }

    /// <summary>Multiplied by <paramref name="factor"/> after every epoch (PyTorch's ExponentialLR).</summary>
    /// <param name="factor">More than 0.</param>
    public static ILearningRateSchedule Exponential(float factor) => Step(1, factor);

    /// <summary>
    /// Half a cosine wave from 1 down to <paramref name="final"/> over the whole run, a little with every step, after a straight rise
    /// from 0 over the first part of the run if <paramref name="warmup"/> asks for it.
    /// </summary>
    /// <param name="final">The factor at the very end, 0 or more.</param>
    /// <param name="warmup">The part of the run that rises, from 0 (none) to less than 1.</param>
    public static ILearningRateSchedule Cosine(float final = 0f, float warmup = 0f)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(final);
        Ranges.ThrowUnlessFraction(warmup);
        return FromDelegate((in position) =>
        {
            var progress = position.Progress;
            if (progress < warmup)
                return (float)((position.Step + 1) / (warmup * (double)position.StepsPerEpoch * position.Epochs));
            var part = (progress - warmup) / (1.0 - warmup);
            return (float)(final + (1.0 - final) * 0.5 * (1.0 + Math.Cos(Math.PI * part)));
        });
    }

    /// <summary>Any rule.</summary>
    /// <param name="factor">
    /// Gives what the optimiser's learning rate is multiplied by. A run resumes exactly if it depends on its argument only.
    /// </param>
    public static ILearningRateSchedule FromDelegate(LearningRateFactor factor) => new DelegateSchedule(factor);

    private sealed class DelegateSchedule(LearningRateFactor factor) : ILearningRateSchedule
    {
        public float Factor(in TrainingPosition position) => factor(position);
    }
}
