namespace NetCompiler.Training.Reports;

/// <summary>A link to another page.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Address">Where it leads: a path from this page, or a whole address.</param>
/// <param name="Description">What is seen there; null for nothing.</param>
public sealed record Link(string Text, string Address, string? Description = null);
