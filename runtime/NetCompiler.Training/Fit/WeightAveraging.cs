namespace NetCompiler.Training;

/// <summary>
/// The exponential moving average of a network's weights (Polyak and Juditsky, 1992): after every step, a ← da + (1 − d)p; after the
/// first one, a = p (PyTorch's <c>AveragedModel</c> with <c>get_ema_multi_avg_fn</c>). What is no trained weight, such as running
/// statistics, is taken as it is.
/// </summary>
/// <remarks>
/// Steps train the weights themselves. From the end of an epoch to the next step, and so while it is validated, in
/// <see cref="IFitCallback.EpochEnd"/> and when the run is over, <see cref="Network.Parameters"/> hold the averages: these are what is
/// evaluated and saved. Checkpoints hold both.
/// </remarks>
public sealed record WeightAveraging
{
    /// <summary>Chooses how long the average remembers.</summary>
    /// <param name="decay">d, from 0 to less than 1: near 1, the average is that of the last 1/(1 − d) steps.</param>
    /// <param name="warmup">
    /// Whether d is at most (1 + t)/(10 + t) at step t, so that what the run began with is soon forgotten (TensorFlow's
    /// <c>ExponentialMovingAverage</c> with <c>num_updates</c>).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decay"/> is out of its range.</exception>
    public WeightAveraging(float decay = 0.999f, bool warmup = false)
    {
        Ranges.ThrowUnlessFraction(decay);
        (Decay, Warmup) = (decay, warmup);
    }

    /// <summary>d.</summary>
    public float Decay { get; }

    /// <summary>Whether d begins small.</summary>
    public bool Warmup { get; }

    /// <summary>d of a step.</summary>
    /// <param name="step">The number of the step, counted from 1.</param>
    internal float DecayOf(long step) => Warmup ? (float)Math.Min(Decay, (1.0 + step) / (10.0 + step)) : Decay;
}
