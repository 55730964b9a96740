namespace NetCompiler.Training;

/// <summary>
/// Writes progress as plain lines, for files and pipes: three within each epoch and one at its end, no control characters.
/// </summary>
/// <param name="writer">Where to.</param>
public sealed class PlainProgress(TextWriter writer) : IFitCallback
{
    private const int LinesPerEpoch = 4;

    private int _linesDone;

    /// <inheritdoc/>
    public void FitBegin(Trainer trainer) => writer.WriteLine(ProgressText.Head(trainer));

    /// <inheritdoc/>
    public void StepEnd(Trainer trainer, in StepReport report)
    {
        var lines = (int)((long)report.Samples * LinesPerEpoch / report.SamplesPerEpoch);
        if (lines <= _linesDone || lines == LinesPerEpoch)
            return;
        _linesDone = lines;
        var text = $"{ProgressText.Epoch(report.Epoch, trainer)}  {100 * lines / LinesPerEpoch}%  loss {ProgressText.Loss(report.Loss)}";
        if (!double.IsNaN(report.Accuracy))
            text += $"  accuracy {ProgressText.Percent(report.Accuracy)}";
        text += $"  {ProgressText.Rate(report.Samples, report.Seconds)} {ProgressText.Unit(trainer)}/s";
        writer.WriteLine($"{text}  ETA {ProgressText.Duration(ProgressText.Remaining(trainer, report))}");
        writer.Flush();
    }

    /// <inheritdoc/>
    public void FitEnd(Trainer trainer)
    {
        if (ProgressText.Stopped(trainer) is { } text)
            writer.WriteLine(text);
    }

    /// <inheritdoc/>
    public void EpochEnd(Trainer trainer, EpochResult result)
    {
        _linesDone = 0;
        var text = $"{ProgressText.Epoch(result.Epoch, trainer)}  done  loss {ProgressText.Loss(result.Loss)}";
        if (!double.IsNaN(result.Accuracy))
            text += $"  accuracy {ProgressText.Percent(result.Accuracy)}";
        text += $"  {ProgressText.Rate(trainer.Samples, result.Seconds)} {ProgressText.Unit(trainer)}/s";
        text += $"  {ProgressText.Duration(result.Seconds)}";
        if (!double.IsNaN(result.ValidationLoss))
            text += $"  validation loss {ProgressText.Loss(result.ValidationLoss)}";
        if (!double.IsNaN(result.ValidationAccuracy))
            text += $"  validation accuracy {ProgressText.Percent(result.ValidationAccuracy)}";
        writer.WriteLine(text);
        writer.Flush();
    }
}
