using NetCompiler.Runtime;

namespace NetCompiler.Training.Data;

/// <summary>The types of a data set's elements, and how tensors are described in messages.</summary>
internal static class TensorElements
{
    /// <summary>The element type that a type of C# is.</summary>
    /// <exception cref="NotSupportedException">It is none.</exception>
    public static ElementType TypeOf<T>()
        where T : unmanaged => typeof(T) == typeof(byte) ? ElementType.UInt8
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(float) ? ElementType.Float32
        : throw new NotSupportedException($"Elements of data sets are bytes, floats and integers, not {typeof(T).Name}.");

    /// <summary>Type and shape: "Float32 (3, 32, 32)".</summary>
    public static string Describe(this TensorInfo tensor) =>
        tensor.Shape.Count == 0 ? $"{tensor.Type}, a number a sample" : $"{tensor.Type} ({string.Join(", ", tensor.Shape)})";
}
