using NetCompiler.Runtime;

namespace NetCompiler.Training.Data;

/// <summary>
/// Loads samples one by one and augments their first input: what one thread of a <see cref="DataLoader"/> has to itself.
/// </summary>
internal sealed class SamplePipeline
{
    private readonly IDataset _source;
    private readonly IReadOnlyList<IAugmentation> _augmentations;

    // Before each augmentation, and after the last one.
    private readonly ImageShape[] _shapes = [];
    private readonly SampleBatch? _plain;
    private readonly float[] _front = [];
    private readonly float[] _back = [];

    /// <summary>Makes room.</summary>
    /// <param name="source">Where samples come from.</param>
    /// <param name="augmentations">What is done to them.</param>
    /// <exception cref="ArgumentException">Such samples cannot be augmented so.</exception>
    public SamplePipeline(IDataset source, IReadOnlyList<IAugmentation> augmentations)
    {
        (_source, _augmentations, Inputs) = (source, augmentations, source.Inputs);
        if (augmentations.Count == 0)
            return;
        var picture = source.Inputs[0];
        if (picture is not { Type: ElementType.UInt8 or ElementType.Float32, Shape: [var channels, var height, var width] })
        {
            throw new ArgumentException(
                $"Augmentation: expected samples (channels, height, width), found {picture.Describe()}.", nameof(source));
        }
        _shapes = new ImageShape[augmentations.Count + 1];
        _shapes[0] = new ImageShape(channels, height, width);
        var largest = _shapes[0].Length;
        for (var i = 0; i < augmentations.Count; i++)
        {
            _shapes[i + 1] = augmentations[i].OutputShape(_shapes[i]);
            largest = Math.Max(largest, _shapes[i + 1].Length);
        }
        Inputs = [picture with { Shape = [_shapes[^1].Channels, _shapes[^1].Height, _shapes[^1].Width] }, .. source.Inputs.Skip(1)];
        _plain = new SampleBatch(source, 1) { Count = 1 };
        (_front, _back) = (new float[largest], new float[largest]);
    }

    /// <summary>The tensors that a sample's inputs are.</summary>
    public IReadOnlyList<TensorInfo> Inputs { get; }

    /// <summary>Loads a sample.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="seed">Decides on what is random; null for the sample as it is.</param>
    /// <param name="batch">Where it goes.</param>
    /// <param name="place">The place there.</param>
    /// <exception cref="SampleLoadException">The sample cannot be loaded.</exception>
    public void Load(int index, ulong? seed, SampleBatch batch, int place)
    {
        try
        {
            if (_plain is null)
            {
                _source.Copy([index], batch, place);
                return;
            }
            _source.Copy([index], _plain);
            Augment(index, seed, batch, place);
            for (var input = 1; input < Inputs.Count; input++)
                batch.CopyInputFrom(_plain, input, 0, place, 1);
            batch.CopyTargetsFrom(_plain, 0, place, 1);
        }
        catch (Exception e)
        {
            throw new SampleLoadException(index, _source.SampleName(index), e);
        }
    }

    private void Augment(int index, ulong? seed, SampleBatch batch, int place)
    {
        if (Inputs[0].Type == ElementType.Float32)
        {
            _plain!.Input<float>(0).CopyTo(_front);
            Augment(index, seed).CopyTo(batch.InputAt<float>(0, place));
            return;
        }
        var bytes = _plain!.Input<byte>(0);
        for (var i = 0; i < bytes.Length; i++)
            _front[i] = bytes[i] / 255f;
        var augmented = Augment(index, seed);
        var destination = batch.InputAt<byte>(0, place);
        for (var i = 0; i < destination.Length; i++)
            destination[i] = (byte)(Math.Clamp(augmented[i], 0f, 1f) * 255f + 0.5f);
    }

    private ReadOnlySpan<float> Augment(int index, ulong? seed)
    {
        // One stream for each sample of a pass, so that it does not matter who loads it, and when.
        var random = seed is { } value ? RandomStreams.Create(value, (ulong)index) : default;
        var (from, to) = (_front, _back);
        for (var i = 0; i < _augmentations.Count; i++)
        {
            var source = from.AsSpan(0, _shapes[i].Length);
            var destination = to.AsSpan(0, _shapes[i + 1].Length);
            if (seed is null)
                _augmentations[i].ApplyPlain(source, _shapes[i], destination);
            else
                _augmentations[i].Apply(source, _shapes[i], destination, ref random);
            (from, to) = (to, from);
        }
        return from.AsSpan(0, _shapes[^1].Length);
    }
}
