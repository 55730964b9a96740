namespace NetCompiler.Training;

/// <summary>How far an epoch is after a step.</summary>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="Samples">Samples done in this epoch.</param>
/// <param name="SamplesPerEpoch">Samples of the whole epoch.</param>
/// <param name="BatchLoss">The step's mean loss.</param>
/// <param name="Loss">The mean loss of the epoch so far.</param>
/// <param name="Accuracy">The accuracy of the epoch so far, from 0 to 1; NaN where the loss knows no right and wrong.</param>
/// <param name="LearningRate">The step's learning rate.</param>
/// <param name="GradientNorm">The Euclidean norm of the step's gradients, those of all parameters together, before clipping.</param>
/// <param name="Seconds">Seconds spent in this epoch so far.</param>
public readonly record struct StepReport(
    int Epoch,
    int Samples,
    int SamplesPerEpoch,
    double BatchLoss,
    double Loss,
    double Accuracy,
    float LearningRate,
    double GradientNorm,
    double Seconds);
