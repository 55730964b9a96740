namespace NetCompiler.Training.Reports;

/// <summary>A mark on a chart's axis.</summary>
/// <param name="Value">Where.</param>
/// <param name="Label">What stands beside it; empty for nothing.</param>
public sealed record ChartTick(double Value, string Label);
