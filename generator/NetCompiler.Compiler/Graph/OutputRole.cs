namespace NetCompiler.Compiler.Graphs;

/// <summary>What a value is computed for.</summary>
public enum OutputRole
{
    /// <summary>The caller gets it.</summary>
    Result,

    /// <summary>It is the gradient of the loss with respect to a parameter.</summary>
    Gradient,

    /// <summary>It replaces the value of a parameter that is not trained (running statistics).</summary>
    Update,
}
