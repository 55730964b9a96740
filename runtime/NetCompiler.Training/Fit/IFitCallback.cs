namespace NetCompiler.Training;

/// <summary>
/// Told of what happens while a network is trained. Every method does nothing unless it is written. Callbacks are told in the order of
/// <see cref="FitOptions.Callbacks"/>, then <see cref="FitOptions.Progress"/>, and every <see cref="ModelCheckpoint"/> last.
/// </summary>
public interface IFitCallback
{
    /// <summary>
    /// Under which name checkpoints keep <see cref="State"/>; null for none. Most need none: what follows from the epochs that are
    /// done is best worked out again from <see cref="Trainer.History"/> in <see cref="FitBegin"/>.
    /// </summary>
    string? StateName => null;

    /// <summary>What the callback needs to go on from a checkpoint besides the history; read between two steps.</summary>
    ReadOnlySpan<byte> State => [];

    /// <summary>
    /// Takes the state of a checkpoint, before <see cref="FitBegin"/>. Not called where the checkpoint has none of this name.
    /// </summary>
    /// <param name="state">What <see cref="State"/> was when the checkpoint was written.</param>
    void RestoreState(ReadOnlySpan<byte> state)
    {
    }

    /// <summary>Before the first step, after a checkpoint was read.</summary>
    /// <param name="trainer">Who trains. <see cref="Trainer.Stop"/> ends training before it begins.</param>
    void FitBegin(Trainer trainer)
    {
    }

    /// <summary>After every step.</summary>
    /// <param name="trainer">Who trains. <see cref="Trainer.Stop"/> ends training after this epoch.</param>
    /// <param name="report">How far it is.</param>
    void StepEnd(Trainer trainer, in StepReport report)
    {
    }

    /// <summary>After every epoch and its validation.</summary>
    /// <param name="trainer">Who trains. <see cref="Trainer.Stop"/> ends training after this epoch.</param>
    /// <param name="result">What the epoch brought.</param>
    void EpochEnd(Trainer trainer, EpochResult result)
    {
    }

    /// <summary>At the end, also where an exception ended training.</summary>
    /// <param name="trainer">Who trained. <see cref="Trainer.IsFinished"/> tells the two ends apart.</param>
    void FitEnd(Trainer trainer)
    {
    }
}
