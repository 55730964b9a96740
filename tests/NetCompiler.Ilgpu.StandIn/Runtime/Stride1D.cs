namespace ILGPU.Runtime;

/// <summary>How the elements of a buffer lie.</summary>
public static class Stride1D
{
    /// <summary>Side by side.</summary>
    public readonly struct Dense;
}
