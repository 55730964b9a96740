using NetCompiler.Data;
using NetCompiler.Runtime;
using static System.FormattableString;

namespace NetCompiler.Training.Data;

/// <summary>A data set whose inputs and targets lie in arrays.</summary>
public sealed class InMemoryDataset : IDataset
{
    private readonly SampleArray[] _inputs;
    private readonly SampleArray[] _targets;

    /// <summary>Puts arrays together, which are used, not copied.</summary>
    /// <param name="inputs">The tensors that a network reads, in its order: at least one.</param>
    /// <param name="targets">The tensors that its loss compares with, in its order.</param>
    /// <exception cref="ArgumentException">There is no input, or there are not as many samples of each.</exception>
    public InMemoryDataset(IReadOnlyList<SampleArray> inputs, params IReadOnlyList<SampleArray> targets)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (inputs.Count == 0)
            throw new ArgumentException("Expected at least one input, found none.", nameof(inputs));
        (_inputs, _targets, Count) = ([.. inputs], [.. targets], inputs[0].Count);
        Inputs = [.. inputs.Select(i => i.Tensor)];
        Targets = [.. targets.Select(t => t.Tensor)];
        foreach (var array in inputs.Concat(targets).Where(a => a.Count != Count))
        {
            throw new ArgumentException(
                Invariant($"'{array.Tensor.Name}': expected {Count} samples, as '{inputs[0].Tensor.Name}' has, found {array.Count}."),
                inputs.Contains(array) ? nameof(inputs) : nameof(targets));
        }
    }

    /// <summary>Wraps bytes (pictures) with class labels. The arrays are used, not copied.</summary>
    /// <param name="samples">The samples one after the other.</param>
    /// <param name="sampleShape">The extents of one sample, each at least 1.</param>
    /// <param name="labels">One class index for each sample.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static InMemoryDataset FromBytes(byte[] samples, int[] sampleShape, int[] labels) =>
        new([SampleArray.Of(samples, sampleShape)], SampleArray.Labels(labels));

    /// <summary>Wraps floats with class labels. The arrays are used, not copied.</summary>
    /// <param name="samples">The samples one after the other.</param>
    /// <param name="sampleShape">The extents of one sample, each at least 1.</param>
    /// <param name="labels">One class index for each sample.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static InMemoryDataset FromFloats(float[] samples, int[] sampleShape, int[] labels) =>
        new([SampleArray.Of(samples, sampleShape)], SampleArray.Labels(labels));

    /// <summary>Wraps floats with target values. The arrays are used, not copied.</summary>
    /// <param name="samples">The samples one after the other.</param>
    /// <param name="sampleShape">The extents of one sample, each at least 1.</param>
    /// <param name="targets">The targets one after the other.</param>
    /// <param name="targetShape">The extents of one target, each at least 1.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static InMemoryDataset FromFloats(float[] samples, int[] sampleShape, float[] targets, int[] targetShape) =>
        new([SampleArray.Of(samples, sampleShape)], SampleArray.Of(targets, targetShape, "target"));

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
    public IReadOnlyList<TensorInfo> Inputs { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TensorInfo> Targets { get; }

    /// <summary>The class labels: the first target. Empty where that holds no integers.</summary>
    public ReadOnlySpan<int> Labels => _targets is [{ Tensor.Type: ElementType.Int32 } labels, ..] ? labels.Values<int>() : [];

    /// <summary>All bytes of the first input, empty where that holds no bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _inputs[0].Tensor.Type == ElementType.UInt8 ? _inputs[0].Values<byte>() : [];

    /// <summary>All floats of the first input, empty where that holds no floats.</summary>
    public ReadOnlySpan<float> Floats => _inputs[0].Tensor.Type == ElementType.Float32 ? _inputs[0].Values<float>() : [];

    /// <summary>Copies a part of the data set into one of its own.</summary>
    /// <param name="first">The first sample.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The data set has no such samples.</exception>
    public InMemoryDataset Slice(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - first);
        return new InMemoryDataset([.. _inputs.Select(i => i.Slice(first, count))], [.. _targets.Select(t => t.Slice(first, count))]);
    }

    /// <summary>The same data set with the first input as floats: value × <paramref name="scale"/> + <paramref name="offset"/>.</summary>
    /// <param name="scale">1/255 takes bytes to 0…1.</param>
    /// <param name="offset">Added after scaling.</param>
    public InMemoryDataset ToFloat32(float scale = 1f / 255f, float offset = 0f) =>
        new([_inputs[0].ToFloat32(scale, offset), .. _inputs[1..]], _targets);

    /// <summary>The same samples without targets, for what learns them as they are: an auto-encoder.</summary>
    public InMemoryDataset WithoutTargets() => new(_inputs);

    /// <inheritdoc/>
    public void Copy(ReadOnlySpan<int> indices, SampleBatch batch, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(batch);
        for (var i = 0; i < indices.Length; i++)
        {
            for (var input = 0; input < _inputs.Length; input++)
                batch.PutInput(input, first + i, _inputs[input], indices[i]);
            for (var target = 0; target < _targets.Length; target++)
                batch.PutTarget(target, first + i, _targets[target], indices[i]);
        }
    }
}
