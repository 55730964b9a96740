namespace NetCompiler.Training.Reports;

/// <summary>A cell of a heat map.</summary>
/// <param name="Text">What stands in it; empty for nothing.</param>
/// <param name="Strength">How full of colour it is, from 0 to 1.</param>
/// <param name="Series">Which of the report's colours, counted from 0.</param>
/// <param name="Description">What is said where the pointer rests on it; null for nothing.</param>
public sealed record HeatMapCell(string Text, double Strength, int Series = 0, string? Description = null);
