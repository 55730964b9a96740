namespace NetCompiler.Training.Tests.Support;

/// <summary>A callback made of delegates.</summary>
internal sealed class Recorder : IFitCallback
{
    public Action? FitBegin { get; init; }

    public Action<StepReport>? StepEnd { get; init; }

    public Action<EpochResult>? EpochEnd { get; init; }

    public Action<Trainer, EpochResult>? EpochEndOf { get; init; }

    public Action? FitEnd { get; init; }

    /// <summary>Throws when an epoch is so far, as if the power were cut.</summary>
    public static Recorder DyingAt(int epoch, int samples) => new()
    {
        StepEnd = report =>
        {
            if (report.Epoch == epoch && report.Samples == samples)
                throw new InvalidOperationException("power cut");
        },
    };

    void IFitCallback.FitBegin(Trainer trainer) => FitBegin?.Invoke();

    void IFitCallback.StepEnd(Trainer trainer, in StepReport report) => StepEnd?.Invoke(report);

    void IFitCallback.EpochEnd(Trainer trainer, EpochResult result)
    {
        EpochEnd?.Invoke(result);
        EpochEndOf?.Invoke(trainer, result);
    }

    void IFitCallback.FitEnd(Trainer trainer) => FitEnd?.Invoke();
}
