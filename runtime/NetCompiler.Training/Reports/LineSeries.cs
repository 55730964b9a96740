namespace NetCompiler.Training.Reports;

/// <summary>A curve of a chart.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Points">Its points from left to right. A Y that is no number leaves a gap.</param>
public sealed record LineSeries(string Name, IReadOnlyList<(double X, double Y)> Points);
