namespace ILGPU;

/// <summary>How much is done to make kernels fast.</summary>
public enum OptimizationLevel
{
    O0,
    O1,
    O2,
}

/// <summary>What a context was made with.</summary>
public class ContextProperties
{
    /// <summary>How much is done to make kernels fast. ILGPU's is set by a context's builder.</summary>
    public OptimizationLevel OptimizationLevel { get; set; } = OptimizationLevel.O1;
}

/// <summary>What accelerators belong to.</summary>
public class Context
{
    public ContextProperties Properties { get; } = new();
}
