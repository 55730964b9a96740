namespace NetCompiler.Training;

/// <summary>
/// A number that every epoch has: what logs have a column for, and what early stopping and checkpoints compare epochs by. Names are
/// those of Keras.
/// </summary>
/// <param name="name">Its name, as logs and file names have it.</param>
/// <param name="value">Reads it off an epoch; NaN where the epoch has none.</param>
/// <param name="largerIsBetter">Whether a larger value is the better one.</param>
public sealed class Metric(string name, Func<EpochResult, double> value, bool largerIsBetter = false)
{
    internal const string ValidationPrefix = "val_";

    /// <summary>The number of the epoch, counted from 1: the later, the better.</summary>
    public static Metric Epoch { get; } = new("epoch", e => e.Epoch, largerIsBetter: true);

    /// <summary>The mean loss over the epoch's steps.</summary>
    public static Metric Loss { get; } = new("loss", e => e.Loss);

    /// <summary>The accuracy over the epoch's steps, from 0 to 1.</summary>
    public static Metric Accuracy { get; } = new("accuracy", e => e.Accuracy, largerIsBetter: true);

    /// <summary>The mean loss on the validation set.</summary>
    public static Metric ValidationLoss { get; } = new(ValidationPrefix + "loss", e => e.ValidationLoss);

    /// <summary>The accuracy on the validation set, from 0 to 1.</summary>
    public static Metric ValidationAccuracy { get; } = new(ValidationPrefix + "accuracy", e => e.ValidationAccuracy, largerIsBetter: true);

    /// <summary>The learning rate of the epoch's last step.</summary>
    public static Metric LearningRate { get; } = new("learning_rate", e => e.LearningRate);

    /// <summary>The mean over the epoch's steps of the gradients' norm, before clipping.</summary>
    public static Metric GradientNorm { get; } = new("gradient_norm", e => e.GradientNorm);

    /// <summary>Seconds of training, without validation.</summary>
    public static Metric Seconds { get; } = new("seconds", e => e.Seconds);

    /// <summary>Training samples a second, without validation.</summary>
    public static Metric SamplesPerSecond { get; } =
        new("samples_per_second", e => e.Seconds > 0 ? e.Samples / e.Seconds : double.NaN, largerIsBetter: true);

    /// <summary>All of these but the epoch's number, in the order in which logs write them.</summary>
    public static IReadOnlyList<Metric> All { get; } =
        [Loss, Accuracy, ValidationLoss, ValidationAccuracy, LearningRate, GradientNorm, Seconds, SamplesPerSecond];

    /// <summary>Its name, as logs and file names have it.</summary>
    public string Name { get; } = name;

    /// <summary>Whether a larger value is the better one.</summary>
    public bool LargerIsBetter { get; } = largerIsBetter;

    /// <summary>Whether it is measured on the validation set: the name begins with <c>val_</c>, as in Keras.</summary>
    public bool IsOfValidation => Name.StartsWith(ValidationPrefix, StringComparison.Ordinal);

    /// <summary>Which of <see cref="FitOptions.Metrics"/> it needs; null for none.</summary>
    internal string? Measured { get; init; }

    /// <summary>Its name without what says that it is of the validation set.</summary>
    internal string BareName => IsOfValidation ? Name[ValidationPrefix.Length..] : Name;

    /// <summary>The value in an epoch; NaN where it has none.</summary>
    /// <param name="epoch">The epoch.</param>
    public double Of(EpochResult epoch) => value(epoch);

    /// <summary>Whether a value is better than another. NaN is never better, and everything else is better than NaN.</summary>
    /// <param name="candidate">The one value.</param>
    /// <param name="best">The other one.</param>
    /// <param name="minDelta">By how much it has to be better, 0 or more.</param>
    public bool IsBetter(double candidate, double best, double minDelta = 0) =>
        !double.IsNaN(candidate)
        && (double.IsNaN(best) || (LargerIsBetter ? candidate > best + minDelta : candidate < best - minDelta));

    /// <inheritdoc/>
    public override string ToString() => Name;
}
