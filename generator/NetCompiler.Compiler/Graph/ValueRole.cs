namespace NetCompiler.Compiler.Graphs;

/// <summary>Where a value comes from.</summary>
public enum ValueRole
{
    /// <summary>The caller hands it in.</summary>
    Input,

    /// <summary>A parameter of the network.</summary>
    Parameter,

    /// <summary>A node computes it.</summary>
    Result,
}
