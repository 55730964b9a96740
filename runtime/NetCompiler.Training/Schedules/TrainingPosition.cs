namespace NetCompiler.Training;

/// <summary>Where in a training run a step is.</summary>
/// <param name="Step">Steps done before it, from the start of the run, 0 for the first.</param>
/// <param name="StepsPerEpoch">Steps of one epoch.</param>
/// <param name="Epochs">Epochs of the whole run.</param>
public readonly record struct TrainingPosition(long Step, int StepsPerEpoch, int Epochs)
{
    /// <summary>What the complete epochs brought, the last of them at the end; null where nobody knows.</summary>
    public History? History { get; init; }

    /// <summary>Steps of the whole run.</summary>
    public long Steps => (long)StepsPerEpoch * Epochs;

    /// <summary>Whole epochs done before the step.</summary>
    public int Epoch => (int)(Step / StepsPerEpoch);

    /// <summary>The part of the whole run that is done before the step, from 0 to less than 1.</summary>
    public double Progress => Math.Min(1.0, Step / ((double)StepsPerEpoch * Epochs));
}
