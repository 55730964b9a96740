using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NetCompiler.Training.Data;

namespace NetCompiler.Training;

/// <summary>Room for one batch of a data set, in the types that the network wants.</summary>
internal sealed class BatchBuffer
{
    private readonly IDataset _data;
    private readonly byte[] _bytes = [];
    private readonly float[] _floats = [];
    private readonly int[] _labels = [];
    private readonly float[] _targets = [];
    private readonly int _sampleLength;
    private readonly int _targetLength;
    private readonly int _classes;

    /// <summary>Makes room, after making sure that the data set fits the network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The data set.</param>
    /// <param name="capacity">The largest batch.</param>
    public BatchBuffer(Network network, IDataset data, int capacity)
    {
        var definition = network.Definition;
        var input = definition.Inputs[0];
        if (data.SampleType != input.Type || !data.SampleShape.SequenceEqual(input.Shape))
        {
            throw new ArgumentException(
                $"{definition.Name}: the network's input '{input.Name}' is {Describe(input.Type, input.Shape)}, "
                + $"the data set's samples are {Describe(data.SampleType, data.SampleShape)}.",
                nameof(data));
        }
        var output = definition.Outputs[0];
        _sampleLength = input.Length;
        _targetLength = data.TargetShape.Aggregate(1, (length, extent) => length * extent);
        _classes = output.Length;
        HasLabels = data.TargetType == ElementType.Int32;
        // A method that computes the loss says what it compares with; without a target it takes any.
        var target = definition.Target;
        var wantsLabels = target is { Type: ElementType.Int32 } || target is null && definition.Loss is Loss.CrossEntropy
            || IsIndifferent(definition) && HasLabels;
        var length = IsIndifferent(definition) ? _targetLength : target?.Length ?? output.Length;
        if (HasLabels != wantsLabels || !HasLabels && _targetLength != length)
        {
            var wanted = wantsLabels
                ? $"{ElementType.Int32}, a class label a sample"
                : Describe(ElementType.Float32, target?.Shape ?? output.Shape);
            throw new ArgumentException(
                $"{definition.Name}: the loss {definition.Loss} compares with targets of {wanted}, "
                + $"the data set's targets are {Describe(data.TargetType, data.TargetShape)}.",
                nameof(data));
        }

        _data = data;
        if (input.Type == ElementType.UInt8)
            _bytes = new byte[checked(capacity * _sampleLength)];
        else
            _floats = new float[checked(capacity * _sampleLength)];
        if (HasLabels)
            _labels = new int[capacity];
        else
            _targets = new float[checked(capacity * _targetLength)];
    }

    /// <summary>Whether targets are class labels rather than values.</summary>
    public bool HasLabels { get; }

    /// <summary>Samples in the buffer.</summary>
    public int Count { get; private set; }

    /// <summary>The labels of the batch.</summary>
    public ReadOnlySpan<int> Labels => HasLabels ? _labels.AsSpan(0, Count) : [];

    /// <summary>The target values of the batch.</summary>
    public ReadOnlySpan<float> Targets => HasLabels ? [] : _targets.AsSpan(0, Count * _targetLength);

    /// <summary>The samples of the batch; empty for a network that takes bytes.</summary>
    public ReadOnlySpan<float> Floats => HasBytes ? [] : _floats.AsSpan(0, Count * _sampleLength);

    private ReadOnlySpan<byte> Bytes => HasBytes ? _bytes.AsSpan(0, Count * _sampleLength) : [];

    private bool HasBytes => _bytes.Length != 0;

    /// <summary>Copies a batch from the data set.</summary>
    /// <param name="indices">Which samples, at most as many as there is room for.</param>
    public void Fill(ReadOnlySpan<int> indices)
    {
        Count = indices.Length;
        if (HasBytes)
            _data.CopySamples(indices, _bytes.AsSpan(0, Count * _sampleLength));
        else
            _data.CopySamples(indices, _floats.AsSpan(0, Count * _sampleLength));
        if (!HasLabels)
        {
            _data.CopyTargets(indices, _targets.AsSpan(0, Count * _targetLength));
            return;
        }
        _data.CopyLabels(indices, _labels.AsSpan(0, Count));
        for (var i = 0; i < Count; i++)
        {
            if ((uint)_labels[i] >= (uint)_classes)
                throw new ArgumentException($"Label of sample {indices[i]}: expected 0 to {_classes - 1}, found {_labels[i]}.");
        }
    }

    /// <summary>Trains on the batch.</summary>
    public void Step(TrainingSession session, uint seed)
    {
        if (HasBytes && HasLabels)
            session.Step(Bytes, Labels, seed);
        else if (HasBytes)
            session.Step(Bytes, Targets, seed);
        else if (HasLabels)
            session.Step(Floats, Labels, seed);
        else
            session.Step(Floats, Targets, seed);
    }

    /// <summary>Predicts the batch.</summary>
    public void Predict(Session session, Span<float> outputs)
    {
        if (HasBytes)
            session.Predict(Bytes, outputs);
        else
            session.Predict(Floats, outputs);
    }

    /// <summary>
    /// A mark by which the data set is known again: the hash of some of its samples and their targets, as 16 hexadecimal digits.
    /// </summary>
    public string Fingerprint()
    {
        const int Samples = 64;
        var count = Math.Min(_data.Count, Samples);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < count; i++)
        {
            // Spread over the whole set.
            Fill([(int)((long)i * _data.Count / count)]);
            hash.AppendData(Bytes);
            hash.AppendData(MemoryMarshal.AsBytes(Floats));
            hash.AppendData(MemoryMarshal.AsBytes(Labels));
            hash.AppendData(MemoryMarshal.AsBytes(Targets));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    private static bool IsIndifferent(NetworkDescription definition) =>
        definition.Loss is null || definition.Loss is Loss.Custom && definition.Target is null;

    private static string Describe(ElementType type, IReadOnlyList<int> shape) =>
        shape.Count == 0 ? $"{type}, a number a sample" : $"{type} ({string.Join(", ", shape)})";
}
