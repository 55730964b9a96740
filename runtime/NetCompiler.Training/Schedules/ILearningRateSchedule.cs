namespace NetCompiler.Training;

/// <summary>
/// Changes the learning rate in the course of a training run. A schedule is a plain value: a run resumes exactly because the factor
/// follows from the position alone, what the epochs brought among it.
/// </summary>
public interface ILearningRateSchedule
{
    /// <summary>Which metric of the epochs the factor depends on; null for none.</summary>
    Metric? Monitor => null;

    /// <summary>What the optimiser's learning rate is multiplied by for a step.</summary>
    /// <param name="position">Which step of the run.</param>
    /// <returns>0 or more.</returns>
    float Factor(in TrainingPosition position);
}
