namespace NetCompiler.Training.Data;

/// <summary>A point that a pen passes.</summary>
internal readonly record struct PenPoint(double X, double Y);
