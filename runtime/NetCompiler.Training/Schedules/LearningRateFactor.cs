namespace NetCompiler.Training;

/// <summary>Gives what the optimiser's learning rate is multiplied by for a step.</summary>
/// <param name="position">Which step of the run.</param>
public delegate float LearningRateFactor(in TrainingPosition position);
