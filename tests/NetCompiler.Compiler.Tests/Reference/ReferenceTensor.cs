using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Tests.Reference;

/// <summary>A tensor in double precision, row-major, with the batch as an ordinary extent.</summary>
public sealed class ReferenceTensor
{
    public ReferenceTensor(ImmutableArray<int> shape, double[] data)
    {
        var length = shape.Aggregate(1, (product, extent) => product * extent);
        if (data.Length != length)
            throw new ArgumentException($"A tensor of {string.Join("×", shape)} has {length} elements, found {data.Length}.", nameof(data));
        Shape = shape;
        Data = data;
    }

    public ImmutableArray<int> Shape { get; }

    public double[] Data { get; }

    public int Length => Data.Length;

    /// <summary>The extents of a type with a batch of so many samples.</summary>
    public static ImmutableArray<int> Extents(TensorType type, int batch) => [.. type.Shape.Select(d => d.IsBatch ? batch : d.Size)];

    /// <summary>One step of a sequence (N, T, …).</summary>
    public ReferenceTensor AtStep(int step)
    {
        var length = Shape.Skip(2).Aggregate(1, (product, extent) => product * extent);
        return new ReferenceTensor(Shape.RemoveAt(1),
            [.. Enumerable.Range(0, Shape[0]).SelectMany(n => Data.AsSpan((n * Shape[1] + step) * length, length).ToArray())]);
    }

    /// <summary>Writes one step of a sequence (N, T, …).</summary>
    public void SetStep(int step, ReferenceTensor element)
    {
        var length = element.Length / Shape[0];
        for (var n = 0; n < Shape[0]; n++)
            element.Data.AsSpan(n * length, length).CopyTo(Data.AsSpan((n * Shape[1] + step) * length));
    }

    /// <summary>
    /// Numbers without ties: all different by at least 1/64 and none nearer to zero than 1/128, in random order. All are exact in
    /// single precision.
    /// </summary>
    public static ReferenceTensor WithoutTies(ImmutableArray<int> shape, Random random)
    {
        var data = Enumerable.Range(0, shape.Aggregate(1, (product, extent) => product * extent)).Select(i => (double)i).ToArray();
        random.Shuffle(data);
        var half = data.Length / 2;
        for (var i = 0; i < data.Length; i++)
            data[i] = (data[i] - half + 0.5) / 64;
        return new ReferenceTensor(shape, data);
    }

    /// <summary>Values that suit a type: floats without ties, small non-negative integers otherwise.</summary>
    public static ReferenceTensor ForType(TensorType type, int batch, Random random, int integerLimit = 10)
    {
        var shape = Extents(type, batch);
        if (type.Element == ScalarKind.F32)
            return WithoutTies(shape, random);
        var data = new double[shape.Aggregate(1, (product, extent) => product * extent)];
        for (var i = 0; i < data.Length; i++)
            data[i] = random.Next(integerLimit);
        return new ReferenceTensor(shape, data);
    }
}
