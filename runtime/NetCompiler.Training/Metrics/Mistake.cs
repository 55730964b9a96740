namespace NetCompiler.Training;

/// <summary>A sample that a network takes for what it is not.</summary>
/// <param name="Index">Which sample of the data set.</param>
/// <param name="Actual">The class that it is of.</param>
/// <param name="Predicted">The class that it is taken for.</param>
/// <param name="Confidence">The probability that the network gives to that, from 0 to 1.</param>
/// <param name="ActualConfidence">The probability that the network gives to the class that it is of, from 0 to 1.</param>
public sealed record Mistake(int Index, int Actual, int Predicted, double Confidence, double ActualConfidence);
