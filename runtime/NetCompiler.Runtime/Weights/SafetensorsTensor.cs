namespace NetCompiler.Runtime;

/// <summary>A tensor to be written to a safetensors file, as dtype F32.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its extents; empty for a scalar.</param>
/// <param name="Values">Its values, the last axis fastest.</param>
public readonly record struct SafetensorsTensor(string Name, IReadOnlyList<int> Shape, ReadOnlyMemory<float> Values);
