namespace NetCompiler.Compiler.Graphs;

/// <summary>A value that leaves the graph.</summary>
/// <param name="Name">For results their name; for gradients and updates the parameter's.</param>
/// <param name="Value">The value.</param>
/// <param name="Role">What it is computed for.</param>
public sealed record GraphOutput(string Name, Value Value, OutputRole Role);
