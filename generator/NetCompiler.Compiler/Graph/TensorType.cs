using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Graphs;

/// <summary>The element type and extents of a tensor. A batch, where there is one, is the first extent.</summary>
public sealed record TensorType(ScalarKind Element, ImmutableArray<Dimension> Shape)
{
    /// <summary>A single-precision tensor.</summary>
    public static TensorType Float(params ImmutableArray<Dimension> shape) => new(ScalarKind.F32, shape);

    /// <summary>The number of extents.</summary>
    public int Rank => Shape.Length;

    /// <summary>True where there is one value for each sample of a batch.</summary>
    public bool IsPerSample => Shape.Length > 0 && Shape[0].IsBatch;

    /// <summary>True for images (N, C, H, W), the one kind of tensor whose channels are not its last extent.</summary>
    public bool IsImage => Rank == 4 && IsPerSample;

    /// <summary>
    /// The dimension of what there is at each place, and what vectors run over: the channels of images (N, C, H, W), the elements of
    /// vectors (N, K), the features of sequences (N, T, F), the last extent of anything else. 0 for one number a sample.
    /// </summary>
    public int FeatureDimension => IsImage ? 1 : Math.Max(0, Rank - 1);

    /// <summary>The constant extents, without the batch.</summary>
    public ImmutableArray<int> SampleShape => [.. Shape.Where(d => !d.IsBatch).Select(d => d.Size)];

    /// <summary>The type of a sequence of this at each of <paramref name="steps"/> steps: time is the extent behind the batch.</summary>
    public TensorType Stacked(int steps) => this with { Shape = Shape.Insert(1, steps) };

    /// <summary>The type at one step of a sequence (N, T, …).</summary>
    public TensorType AtStep() => this with { Shape = Shape.RemoveAt(1) };

    /// <summary>Elements per sample, or in all where there is no batch.</summary>
    public long SampleLength => SampleShape.Aggregate(1L, (product, extent) => product * extent);

    /// <inheritdoc/>
    public bool Equals(TensorType? other) => other is not null && Element == other.Element && Shape.SequenceEqual(other.Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => Shape.Aggregate((int)Element, (hash, dimension) => hash * 31 + dimension.GetHashCode());

    /// <inheritdoc/>
    public override string ToString() => $"{Element.ToString().ToLowerInvariant()}({string.Join(", ", Shape)})";

    /// <summary>The shape as users write it: "1×28×28", without the batch.</summary>
    public string ToShapeText() => SampleShape.IsEmpty ? "scalar" : string.Join("×", SampleShape);
}
