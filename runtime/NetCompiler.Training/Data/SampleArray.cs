using System.Runtime.InteropServices;
using NetCompiler.Runtime;
using static System.FormattableString;

namespace NetCompiler.Training.Data;

/// <summary>One tensor of all samples of a data set, in an array: sample after sample.</summary>
public sealed class SampleArray
{
    private readonly Array _values;

    private SampleArray(string name, Array values, ElementType type, IReadOnlyList<int> shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shape);
        var length = 1;
        foreach (var extent in shape)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(extent, 1, nameof(shape));
            length = checked(length * extent);
        }
        if (values.Length % length != 0)
            throw new ArgumentException(Invariant($"{values.Length} elements are no whole number of samples of {length}."), nameof(shape));
        (_values, Tensor, Count) = (values, new TensorInfo(name, type, [.. shape]), values.Length / length);
    }

    /// <summary>What each sample has of it: its name, the type of its elements and its extents.</summary>
    public TensorInfo Tensor { get; }

    /// <summary>The number of samples.</summary>
    public int Count { get; }

    /// <summary>Wraps bytes, as of pictures. The array is used, not copied.</summary>
    /// <param name="values">The samples one after the other.</param>
    /// <param name="shape">The extents of one sample, each at least 1.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ArgumentException">The elements are no whole number of samples.</exception>
    public static SampleArray Of(byte[] values, IReadOnlyList<int> shape, string name = "input") =>
        new(name, values, ElementType.UInt8, shape);

    /// <summary>Wraps floats. The array is used, not copied.</summary>
    /// <inheritdoc cref="Of(byte[], IReadOnlyList{int}, string)"/>
    public static SampleArray Of(float[] values, IReadOnlyList<int> shape, string name = "input") =>
        new(name, values, ElementType.Float32, shape);

    /// <summary>Wraps integers, as of words, nodes and edges. The array is used, not copied.</summary>
    /// <inheritdoc cref="Of(byte[], IReadOnlyList{int}, string)"/>
    public static SampleArray Of(int[] values, IReadOnlyList<int> shape, string name = "input") =>
        new(name, values, ElementType.Int32, shape);

    /// <summary>Wraps class labels, one for each sample. The array is used, not copied.</summary>
    /// <param name="values">The class of each sample, 0 or more.</param>
    /// <param name="name">What messages call it.</param>
    public static SampleArray Labels(int[] values, string name = "target") => new(name, values, ElementType.Int32, []);

    /// <summary>All elements.</summary>
    /// <typeparam name="T">Their type: byte, float or int.</typeparam>
    /// <exception cref="NotSupportedException">They are of another type.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged => _values is T[] values
        ? values
        : throw new NotSupportedException($"'{Tensor.Name}' consists of {Tensor.Type}, not of {TensorElements.TypeOf<T>()}.");

    /// <summary>The bytes of one sample.</summary>
    internal ReadOnlySpan<byte> Sample(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var size = Tensor.SizeInBytes;
        // All bytes together may be more than a span holds.
        ref var first = ref MemoryMarshal.GetArrayDataReference(_values);
        return MemoryMarshal.CreateReadOnlySpan(ref System.Runtime.CompilerServices.Unsafe.Add(ref first, (nint)index * size), size);
    }

    /// <summary>A part of the samples, in an array of its own.</summary>
    internal SampleArray Slice(int first, int count)
    {
        var part = Array.CreateInstanceFromArrayType(_values.GetType(), count * Tensor.Length);
        Array.Copy(_values, (long)first * Tensor.Length, part, 0, part.Length);
        return new SampleArray(Tensor.Name, part, Tensor.Type, Tensor.Shape);
    }

    /// <summary>The same as floats: value × scale + offset.</summary>
    internal SampleArray ToFloat32(float scale, float offset)
    {
        var floats = new float[_values.Length];
        for (var i = 0; i < floats.Length; i++)
        {
            floats[i] = offset + scale * _values switch
            {
                byte[] bytes => bytes[i],
                int[] integers => integers[i],
                _ => ((float[])_values)[i],
            };
        }
        return Of(floats, Tensor.Shape, Tensor.Name);
    }
}
