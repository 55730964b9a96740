namespace NetCompiler.Training;

/// <summary>Changes the learning rate in the course of a training run.</summary>
public interface ILearningRateSchedule
{
    /// <summary>What the optimiser's learning rate is multiplied by for a step.</summary>
    /// <param name="position">Which step of the run.</param>
    /// <returns>0 or more.</returns>
    float Factor(in TrainingPosition position);
}
