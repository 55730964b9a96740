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
    /// Channels innermost and padded: (N, C, H, W) lies in memory as N, H, W, C. What stages hand to each other, since vectors run
    /// over channels.
    /// </summary>
    /// <param name="type">A tensor with a batch.</param>
    /// <param name="channels">The channels with padding.</param>
    public static Layout ChannelsLast(TensorType type, int channels)
    {
        if (type.Rank == 1)
            return new Layout([1], 1, IsPadded: false);
        var strides = new long[type.Rank];
        strides[1] = 1;
        long length = channels;
        for (var i = type.Rank - 1; i >= 2; i--)
        {
            strides[i] = length;
            length *= type.Shape[i].Size;
        }

        strides[0] = length;
        return new Layout([.. strides], length, IsPadded: channels != 1);
    }

    /// <summary>
    /// Rows innermost and padded: (N, C, H, W) lies in memory as it is written. For images of few channels, where vectors over
    /// channels would be nearly empty.
    /// </summary>
    /// <param name="type">An image with a batch.</param>
    /// <param name="width">The width with padding.</param>
    public static Layout RowsLast(TensorType type, int width)
    {
        var (channels, height) = ((long)type.Shape[1].Size, (long)type.Shape[2].Size);
        return new Layout([channels * height * width, height * width, width, 1], channels * height * width, IsPadded: true);
    }

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
