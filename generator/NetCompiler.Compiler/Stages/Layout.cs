using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Stages;

/// <summary>Where the elements of a tensor lie in memory: a stride for each extent.</summary>
/// <param name="Strides">Elements between neighbours, for each extent. The batch's stride is <paramref name="Length"/>.</param>
/// <param name="Length">Elements per sample, with padding; in all where there is no batch.</param>
/// <param name="IsPadded">True where whole vectors may be written along the extent of stride 1, past its end.</param>
public sealed record Layout(ImmutableArray<long> Strides, long Length, bool IsPadded)
{
    /// <summary>Row-major without gaps: what callers, files and optimisers see.</summary>
    public static Layout Canonical(TensorType type)
    {
        var strides = new long[type.Rank];
        var length = 1L;
        for (var i = type.Rank - 1; i >= 0; i--)
        {
            strides[i] = length;
            if (!type.Shape[i].IsBatch)
                length *= type.Shape[i].Size;
        }

        return new Layout([.. strides], length, IsPadded: false);
    }

    /// <summary>
    /// One dimension innermost and padded, the others around it as they are written. With its channels innermost an image (N, C, H, W)
    /// lies in memory as N, H, W, C: what stages hand to each other, since vectors run over channels. With its width innermost it lies
    /// as it is written: for images of few channels, where vectors over these would be nearly empty.
    /// </summary>
    /// <param name="type">A tensor with a batch.</param>
    /// <param name="innermost">The dimension.</param>
    /// <param name="extent">Its extent with padding.</param>
    public static Layout Innermost(TensorType type, int innermost, int extent)
    {
        if (type.Rank == 1)
            return new Layout([1], 1, IsPadded: false);
        var strides = new long[type.Rank];
        strides[innermost] = 1;
        long length = extent;
        for (var i = type.Rank - 1; i >= 1; i--)
        {
            if (i == innermost)
                continue;
            strides[i] = length;
            length *= type.Shape[i].Size;
        }

        strides[0] = length;
        return new Layout([.. strides], length, IsPadded: extent != 1);
    }

    /// <summary>How one step of a sequence (N, T, …) lies in memory; the step's place is as many times the second stride.</summary>
    public Layout AtStep() => this with { Strides = Strides.RemoveAt(1) };

    /// <summary>The dimension whose neighbours are adjacent in memory; −1 for scalars.</summary>
    /// <param name="type">The tensor; extents of 1 do not count.</param>
    public int UnitDimension(TensorType type)
    {
        for (var i = type.Rank - 1; i >= 0; i--)
        {
            if (!type.Shape[i].IsBatch && Strides[i] == 1 && type.Shape[i].Size > 1)
                return i;
        }

        return -1;
    }

    /// <summary>The position of an element, in elements from the tensor's first.</summary>
    public Expression Offset(ImmutableArray<Expression> index)
    {
        Expression offset = new Constant(KernelType.I64, 0);
        for (var i = 0; i < index.Length; i++)
            offset = IndexArithmetic.Add(offset, IndexArithmetic.Scale(index[i], Strides[i]));
        return offset;
    }

    /// <inheritdoc/>
    public bool Equals(Layout? other) =>
        other is not null && Length == other.Length && IsPadded == other.IsPadded && Strides.SequenceEqual(other.Strides);

    /// <inheritdoc/>
    public override int GetHashCode() => Strides.Aggregate(Length.GetHashCode(), (hash, stride) => hash * 31 + stride.GetHashCode());

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", Strides)}]";
}
