using System.Security.Cryptography;
using NetCompiler.Runtime;
using NetCompiler.Training.Data;
using static System.FormattableString;

namespace NetCompiler.Training;

/// <summary>Room for one batch of a data set, as the network wants it.</summary>
internal sealed class BatchBuffer
{
    private readonly IDataset _data;
    private readonly SampleBatch _samples;
    private readonly TensorBuffer[] _buffers;
    private readonly int _taken;
    private readonly bool _targetIsInput;
    private readonly int _classes;

    /// <summary>Makes room, after making sure that the data set fits what is computed.</summary>
    /// <param name="network">The network.</param>
    /// <param name="wanted">
    /// What is read of a sample: what the prediction reads, what the loss reads besides it, and what the loss compares with.
    /// </param>
    /// <param name="data">The data set. Targets that nothing is compared with are left alone.</param>
    /// <param name="capacity">The largest batch.</param>
    public BatchBuffer(Network network, IReadOnlyList<TensorInfo> wanted, IDataset data, int capacity)
    {
        var definition = network.Definition;
        var given = data.Inputs.Concat(data.Targets).ToArray();
        _taken = Math.Min(given.Length, wanted.Count);
        _targetIsInput = data.Targets.Count == 0 && wanted.Count > data.Inputs.Count;
        if (wanted.Count < data.Inputs.Count || _taken < wanted.Count && !_targetIsInput)
        {
            throw new ArgumentException(
                Invariant($"{definition.Name}: the network takes {wanted.Count} tensors a sample ({Names(wanted)}), ")
                + Invariant($"the data set has {given.Length} ({Names(given)})."),
                nameof(data));
        }
        for (var i = 0; i < wanted.Count; i++)
            Require(definition, wanted[i], i < _taken ? given[i] : given[0], isInput: i < data.Inputs.Count);

        _data = data;
        _samples = new SampleBatch(data, capacity);
        _buffers = new TensorBuffer[wanted.Count];
        HasLabels = data.Targets is [{ Type: ElementType.Int32, Length: 1 }, ..];
        // What labels are classes of is known where predictions are compared with them.
        _classes = HasLabels && definition.Outputs.Count == 1 ? definition.Outputs[0].Length : int.MaxValue;
    }

    /// <summary>Makes room for samples that are predicted.</summary>
    public BatchBuffer(Network network, IDataset data, int capacity)
        : this(network, network.Definition.Inputs, data, capacity)
    {
    }

    /// <summary>Whether the first target is a class label.</summary>
    public bool HasLabels { get; }

    /// <summary>Samples in the buffer.</summary>
    public int Count => _samples.Count;

    /// <summary>The labels of the batch; empty where there are none.</summary>
    public ReadOnlySpan<int> Labels => HasLabels ? _samples.Target<int>(0) : [];

    /// <summary>The values that the batch's first target holds; empty where those are no floats.</summary>
    public ReadOnlySpan<float> Targets => _samples.Targets is [{ Type: ElementType.Float32 }, ..] ? _samples.Target<float>(0)
        : _targetIsInput && _samples.Inputs[0].Type == ElementType.Float32 ? _samples.Input<float>(0)
        : [];

    /// <summary>The batch's samples and targets.</summary>
    public SampleBatch Samples => _samples;

    /// <summary>The batch's tensors, in the order in which they are wanted.</summary>
    public ReadOnlySpan<TensorBuffer> Buffers
    {
        get
        {
            for (var i = 0; i < _buffers.Length; i++)
            {
                _buffers[i] = i >= _taken ? _samples.InputBuffer(0)
                    : i < _samples.Inputs.Count ? _samples.InputBuffer(i)
                    : _samples.TargetBuffer(i - _samples.Inputs.Count);
            }
            return _buffers;
        }
    }

    /// <summary>Copies a batch from the data set.</summary>
    /// <param name="indices">Which samples, at most as many as there is room for.</param>
    public void Fill(ReadOnlySpan<int> indices)
    {
        _samples.Count = indices.Length;
        _data.Copy(indices, _samples);
        var labels = Labels;
        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)_classes)
                throw new ArgumentException($"Label of {_data.SampleName(indices[i])}: expected 0 to {_classes - 1}, found {labels[i]}.");
        }
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
            for (var input = 0; input < _samples.Inputs.Count; input++)
                hash.AppendData(_samples.InputBytes(input));
            for (var target = 0; target < _samples.Targets.Count; target++)
                hash.AppendData(_samples.TargetBytes(target));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    private static string Names(IReadOnlyList<TensorInfo> tensors) => string.Join(", ", tensors.Select(t => t.Name));

    private static void Require(NetworkDescription network, TensorInfo wanted, TensorInfo given, bool isInput)
    {
        if (given.Type == wanted.Type && (given.Shape.SequenceEqual(wanted.Shape) || given.Length == 1 && wanted.Length == 1))
            return;
        throw new ArgumentException(
            isInput
                ? $"{network.Name}: the network's input '{wanted.Name}' is {wanted.Describe()}, "
                    + $"the data set's samples are {given.Describe()}."
                : $"{network.Name}: the loss {network.Loss} compares '{wanted.Name}' with targets of {wanted.Describe()}, "
                    + $"the data set's targets are {given.Describe()}.",
            "data");
    }
}
