namespace NetCompiler.Training.Reports;

/// <summary>A node of a diagram.</summary>
/// <param name="X">Where it is, from 0 at the left to 1.</param>
/// <param name="Y">Where it is, from 0 at the top to 1.</param>
/// <param name="Label">What stands in it.</param>
/// <param name="Series">Which of the report's colours, counted from 0.</param>
/// <param name="IsLarge">Whether it stands out.</param>
/// <param name="IsWrong">Whether it has a ring in another colour.</param>
public sealed record DiagramNode(double X, double Y, string Label, int Series = 0, bool IsLarge = false, bool IsWrong = false);
