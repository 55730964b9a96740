namespace NetCompiler.Training.Data;

/// <summary>Samples with their targets, in any order, copied into memory that the caller owns.</summary>
/// <remarks>
/// Copying allocates nothing, and is safe from several threads at once. A data set offers one kind of sample and one kind of target;
/// the copying methods of the other kinds throw <see cref="NotSupportedException"/>.
/// </remarks>
public interface IDataset
{
    /// <summary>The number of samples.</summary>
    int Count { get; }

    /// <summary>The extents of one sample, without the batch: (C, H, W) for pictures.</summary>
    IReadOnlyList<int> SampleShape { get; }

    /// <summary>What a sample's elements are: <see cref="ElementType.UInt8"/> or <see cref="ElementType.Float32"/>.</summary>
    ElementType SampleType { get; }

    /// <summary>The extents of one sample's target; empty where the target is a single number.</summary>
    IReadOnlyList<int> TargetShape { get; }

    /// <summary>What targets are: <see cref="ElementType.Int32"/> for class labels, <see cref="ElementType.Float32"/> for values.</summary>
    ElementType TargetType { get; }

    /// <summary>What messages call a sample.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    string SampleName(int index) => FormattableString.Invariant($"sample {index}");

    /// <summary>Copies samples of bytes.</summary>
    /// <param name="indices">Which samples, each from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="destination">Room for exactly that many samples.</param>
    void CopySamples(ReadOnlySpan<int> indices, Span<byte> destination) =>
        throw new NotSupportedException($"The data set's samples are {SampleType}, not {ElementType.UInt8}.");

    /// <summary>Copies samples of floats.</summary>
    /// <param name="indices">Which samples, each from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="destination">Room for exactly that many samples.</param>
    void CopySamples(ReadOnlySpan<int> indices, Span<float> destination) =>
        throw new NotSupportedException($"The data set's samples are {SampleType}, not {ElementType.Float32}.");

    /// <summary>Copies class labels.</summary>
    /// <param name="indices">Which samples, each from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="destination">Room for exactly that many labels.</param>
    void CopyLabels(ReadOnlySpan<int> indices, Span<int> destination) =>
        throw new NotSupportedException($"The data set's targets are {TargetType}, not class labels.");

    /// <summary>Copies target values.</summary>
    /// <param name="indices">Which samples, each from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="destination">Room for exactly that many targets.</param>
    void CopyTargets(ReadOnlySpan<int> indices, Span<float> destination) =>
        throw new NotSupportedException($"The data set's targets are {TargetType}, not {ElementType.Float32}.");
}
