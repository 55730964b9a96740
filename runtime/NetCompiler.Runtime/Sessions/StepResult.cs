namespace NetCompiler;

/// <summary>What came out of one step of training.</summary>
/// <param name="Samples">Samples in the batch.</param>
/// <param name="Loss">The mean of their losses.</param>
/// <param name="Correct">
/// For <see cref="Loss.CrossEntropy"/>, the number of samples whose largest prediction is that of the right class; 0 for others.
/// </param>
public readonly record struct StepResult(int Samples, double Loss, int Correct);
