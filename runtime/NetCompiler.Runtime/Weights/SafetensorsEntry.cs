namespace NetCompiler.Runtime;

/// <summary>What the header of a safetensors file says of a tensor. Checked: the bytes lie in the file and fit type and shape.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">The type of its elements, such as F32.</param>
/// <param name="Shape">Its extents; empty for a scalar.</param>
/// <param name="Begin">Its first byte, counted from the end of the header.</param>
/// <param name="End">The byte after its last.</param>
public sealed record SafetensorsEntry(string Name, string DType, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>The shape as text, as (25, 1, 3, 3).</summary>
    internal string ShapeText => Shapes.ToText(Shape);
}
