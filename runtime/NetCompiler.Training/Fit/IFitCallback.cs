namespace NetCompiler.Training;

/// <summary>Told of what happens while a network is trained. Every method does nothing unless it is written.</summary>
public interface IFitCallback
{
    /// <summary>Before the first step, after a checkpoint was read.</summary>
    /// <param name="trainer">Who trains.</param>
    void FitBegin(Trainer trainer)
    {
    }

    /// <summary>After every step.</summary>
    /// <param name="trainer">Who trains. <see cref="Trainer.Stop"/> ends training after this epoch.</param>
    /// <param name="report">How far it is.</param>
    void StepEnd(Trainer trainer, in StepReport report)
    {
    }

    /// <summary>After every epoch, its validation and its checkpoint.</summary>
    /// <param name="trainer">Who trains. <see cref="Trainer.Stop"/> ends training after this epoch.</param>
    /// <param name="result">What the epoch brought.</param>
    void EpochEnd(Trainer trainer, EpochResult result)
    {
    }

    /// <summary>At the end, also where an exception ended training.</summary>
    /// <param name="trainer">Who trained.</param>
    void FitEnd(Trainer trainer)
    {
    }
}
