using System.Globalization;
using static System.FormattableString;

namespace NetCompiler.Training;

/// <summary>What both forms of progress write.</summary>
internal static class ProgressText
{
    public static string Head(Trainer trainer)
    {
        var head = Invariant($"{trainer.Network.Definition.Name}: {trainer.Samples:N0} {Unit(trainer)}, batch {trainer.BatchSize}, ");
        head += Invariant($"{trainer.Optimizer.Name}, {trainer.Threads} thread{(trainer.Threads == 1 ? "" : "s")}");
        return trainer.Step == 0 ? head : head + Invariant($", resumed after epoch {trainer.Epoch}");
    }

    /// <summary>Why the run ended before its last epoch; null where nobody said so.</summary>
    public static string? Stopped(Trainer trainer) => trainer.StopReason is { } reason ? $"stopped: {reason}" : null;

    public static string Epoch(int epoch, Trainer trainer)
    {
        var last = trainer.Epochs.ToString(CultureInfo.InvariantCulture);
        return $"epoch {epoch.ToString(CultureInfo.InvariantCulture).PadLeft(last.Length)}/{last}";
    }

    /// <summary>Pictures are called so; everything else is samples.</summary>
    public static string Unit(Trainer trainer) => trainer.SampleShape.Count == 3 ? "images" : "samples";

    public static string Loss(double loss) => loss.ToString("F4", CultureInfo.InvariantCulture);

    public static string Percent(double part) => (part * 100).ToString("F2", CultureInfo.InvariantCulture) + "%";

    public static string Rate(double samples, double seconds) =>
        (seconds > 0 ? samples / seconds : 0).ToString("N0", CultureInfo.InvariantCulture);

    public static string Duration(double seconds) =>
        seconds < 10 ? seconds.ToString("F1", CultureInfo.InvariantCulture) + "s"
        : seconds < 3600 ? TimeSpan.FromSeconds(Math.Round(seconds)).ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{(long)seconds / 3600}:{(long)seconds / 60 % 60:00}:{(long)seconds % 60:00}");

    /// <summary>Seconds until the whole run is done, if it goes on as in this epoch; without validation.</summary>
    public static double Remaining(Trainer trainer, in StepReport report)
    {
        var todo = (trainer.Epochs - report.Epoch + 1.0) * report.SamplesPerEpoch - report.Samples;
        return report.Seconds * todo / report.Samples;
    }
}
