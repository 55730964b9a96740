using NetCompiler.Data;

namespace NetCompiler.Training.Data;

/// <summary>A data set whose samples and targets lie in arrays.</summary>
public sealed class InMemoryDataset : IDataset
{
    private readonly byte[]? _bytes;
    private readonly float[]? _floats;
    private readonly int[]? _labels;
    private readonly float[]? _targets;
    private readonly int _sampleLength;
    private readonly int _targetLength;

    private InMemoryDataset(byte[]? bytes, float[]? floats, int[] sampleShape, int[]? labels, float[]? targets, int[] targetShape)
    {
        _sampleLength = Length(sampleShape, nameof(sampleShape));
        _targetLength = Length(targetShape, nameof(targetShape));
        (_bytes, _floats, _labels, _targets) = (bytes, floats, labels, targets);
        SampleShape = sampleShape;
        TargetShape = targetShape;

        var elements = bytes?.Length ?? floats!.Length;
        Count = elements / _sampleLength;
        if (elements % _sampleLength != 0)
            throw new ArgumentException($"{elements} elements are no whole number of samples of {_sampleLength}.", nameof(sampleShape));
        var targetElements = labels?.Length ?? targets!.Length;
        if (targetElements != (long)Count * _targetLength)
        {
            throw new ArgumentException(
                $"{Count} samples need {(long)Count * _targetLength} target elements, found {targetElements}.", nameof(targets));
        }
    }

    /// <summary>Wraps bytes (pictures) with class labels. The arrays are used, not copied.</summary>
    /// <param name="samples">The samples one after the other.</param>
    /// <param name="sampleShape">The extents of one sample, each at least 1.</param>
    /// <param name="labels">One class index for each sample.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static InMemoryDataset FromBytes(byte[] samples, int[] sampleShape, int[] labels) =>
        new(samples, null, sampleShape, labels, null, []);

    /// <summary>Wraps floats with class labels. The arrays are used, not copied.</summary>
    /// <param name="samples">The samples one after the other.</param>
    /// <param name="sampleShape">The extents of one sample, each at least 1.</param>
    /// <param name="labels">One class index for each sample.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static InMemoryDataset FromFloats(float[] samples, int[] sampleShape, int[] labels) =>
        new(null, samples, sampleShape, labels, null, []);

    /// <summary>Wraps floats with target values. The arrays are used, not copied.</summary>
    /// <param name="samples">The samples one after the other.</param>
    /// <param name="sampleShape">The extents of one sample, each at least 1.</param>
    /// <param name="targets">The targets one after the other.</param>
    /// <param name="targetShape">The extents of one target, each at least 1.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static InMemoryDataset FromFloats(float[] samples, int[] sampleShape, float[] targets, int[] targetShape) =>
        new(null, samples, sampleShape, null, targets, targetShape);

    /// <summary>Reads pictures and their labels from files in the format of MNIST, as samples (1, rows, columns).</summary>
    /// <param name="imagesPath">The file of pictures, plain or gzip.</param>
    /// <param name="labelsPath">The file of labels, plain or gzip.</param>
    /// <exception cref="MalformedFileException">A file is damaged, or there are not as many labels as pictures.</exception>
    public static InMemoryDataset FromIdx(string imagesPath, string labelsPath)
    {
        var (pixels, count, rows, columns) = IdxReader.ReadImages(imagesPath);
        return FromBytes(pixels, [1, rows, columns], IdxReader.ReadLabels(labelsPath, count, imagesPath));
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> SampleShape { get; }

    /// <inheritdoc/>
    public ElementType SampleType => _bytes is null ? ElementType.Float32 : ElementType.UInt8;

    /// <inheritdoc/>
    public IReadOnlyList<int> TargetShape { get; }

    /// <inheritdoc/>
    public ElementType TargetType => _labels is null ? ElementType.Float32 : ElementType.Int32;

    /// <summary>The class labels, empty where targets are values.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>All bytes of a data set of bytes, empty where samples are floats.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>All floats of a data set of floats, empty where samples are bytes.</summary>
    public ReadOnlySpan<float> Floats => _floats;

    /// <summary>Copies a part of the data set into one of its own.</summary>
    /// <param name="first">The first sample.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The data set has no such samples.</exception>
    public InMemoryDataset Slice(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - first);
        return new InMemoryDataset(
            _bytes?.AsSpan(first * _sampleLength, count * _sampleLength).ToArray(),
            _floats?.AsSpan(first * _sampleLength, count * _sampleLength).ToArray(),
            [.. SampleShape],
            _labels?.AsSpan(first, count).ToArray(),
            _targets?.AsSpan(first * _targetLength, count * _targetLength).ToArray(),
            [.. TargetShape]);
    }

    /// <summary>The same data set with samples as floats: value × <paramref name="scale"/> + <paramref name="offset"/>.</summary>
    /// <param name="scale">1/255 takes bytes to 0…1.</param>
    /// <param name="offset">Added after scaling.</param>
    public InMemoryDataset ToFloat32(float scale = 1f / 255f, float offset = 0f)
    {
        var floats = new float[(long)Count * _sampleLength];
        for (var i = 0; i < floats.Length; i++)
            floats[i] = (_bytes is null ? _floats![i] : _bytes[i]) * scale + offset;
        return new InMemoryDataset(null, floats, [.. SampleShape], _labels, _targets, [.. TargetShape]);
    }

    /// <inheritdoc/>
    public void CopySamples(ReadOnlySpan<int> indices, Span<byte> destination) =>
        Copy(_bytes, _sampleLength, indices, destination, "samples", ElementType.UInt8, SampleType);

    /// <inheritdoc/>
    public void CopySamples(ReadOnlySpan<int> indices, Span<float> destination) =>
        Copy(_floats, _sampleLength, indices, destination, "samples", ElementType.Float32, SampleType);

    /// <inheritdoc/>
    public void CopyLabels(ReadOnlySpan<int> indices, Span<int> destination) =>
        Copy(_labels, 1, indices, destination, "targets", ElementType.Int32, TargetType);

    /// <inheritdoc/>
    public void CopyTargets(ReadOnlySpan<int> indices, Span<float> destination) =>
        Copy(_targets, _targetLength, indices, destination, "targets", ElementType.Float32, TargetType);

    private static void Copy<T>(
        T[]? source, int length, ReadOnlySpan<int> indices, Span<T> destination, string what, ElementType asked, ElementType held)
    {
        if (source is null)
            throw new NotSupportedException($"The data set's {what} are {held}, not {asked}.");
        if (destination.Length != indices.Length * length)
        {
            throw new ArgumentException(
                $"{indices.Length} {what} need room for {indices.Length * length} elements, found {destination.Length}.",
                nameof(destination));
        }
        for (var i = 0; i < indices.Length; i++)
            source.AsSpan(indices[i] * length, length).CopyTo(destination[(i * length)..]);
    }

    private static int Length(int[] shape, string name)
    {
        var length = 1;
        foreach (var extent in shape)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(extent, 1, name);
            length = checked(length * extent);
        }
        return length;
    }
}
