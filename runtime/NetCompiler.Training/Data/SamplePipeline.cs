namespace NetCompiler.Training.Data;

/// <summary>Loads samples one by one and augments them: what one thread of a <see cref="DataLoader"/> has to itself.</summary>
internal sealed class SamplePipeline
{
    private readonly IDataset _source;
    private readonly IReadOnlyList<IAugmentation> _augmentations;

    // Before each augmentation, and after the last one.
    private readonly ImageShape[] _shapes;
    private readonly byte[] _bytes = [];
    private readonly float[] _front = [];
    private readonly float[] _back = [];

    /// <summary>Makes room.</summary>
    /// <param name="source">Where samples come from.</param>
    /// <param name="augmentations">What is done to them.</param>
    /// <exception cref="ArgumentException">Such samples cannot be augmented so.</exception>
    public SamplePipeline(IDataset source, IReadOnlyList<IAugmentation> augmentations)
    {
        (_source, _augmentations, _shapes) = (source, augmentations, new ImageShape[augmentations.Count + 1]);
        OutputShape = source.SampleShape;
        if (augmentations.Count == 0)
            return;
        if (source.SampleShape is not [var channels, var height, var width])
        {
            throw new ArgumentException(
                $"Augmentation: expected samples (channels, height, width), found ({string.Join(", ", source.SampleShape)}).",
                nameof(source));
        }
        _shapes[0] = new ImageShape(channels, height, width);
        var largest = _shapes[0].Length;
        for (var i = 0; i < augmentations.Count; i++)
        {
            _shapes[i + 1] = augmentations[i].OutputShape(_shapes[i]);
            largest = Math.Max(largest, _shapes[i + 1].Length);
        }
        OutputShape = [_shapes[^1].Channels, _shapes[^1].Height, _shapes[^1].Width];
        if (source.SampleType == ElementType.UInt8)
            _bytes = new byte[_shapes[0].Length];
        (_front, _back) = (new float[largest], new float[largest]);
    }

    /// <summary>The extents of a sample.</summary>
    public IReadOnlyList<int> OutputShape { get; }

    /// <summary>Loads a sample of bytes.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="seed">Decides on what is random; null for the sample as it is.</param>
    /// <param name="destination">Room for exactly the sample.</param>
    /// <exception cref="SampleLoadException">The sample cannot be loaded.</exception>
    public void Load(int index, ulong? seed, Span<byte> destination)
    {
        try
        {
            if (_augmentations.Count == 0)
            {
                _source.CopySamples([index], destination);
                return;
            }
            _source.CopySamples([index], _bytes);
            for (var i = 0; i < _bytes.Length; i++)
                _front[i] = _bytes[i] / 255f;
            var augmented = Augment(index, seed);
            for (var i = 0; i < destination.Length; i++)
                destination[i] = (byte)(Math.Clamp(augmented[i], 0f, 1f) * 255f + 0.5f);
        }
        catch (Exception e)
        {
            throw new SampleLoadException(index, _source.SampleName(index), e);
        }
    }

    /// <summary>Loads a sample of floats.</summary>
    /// <inheritdoc cref="Load(int, ulong?, Span{byte})"/>
    public void Load(int index, ulong? seed, Span<float> destination)
    {
        try
        {
            if (_augmentations.Count == 0)
            {
                _source.CopySamples([index], destination);
                return;
            }
            _source.CopySamples([index], _front.AsSpan(0, _shapes[0].Length));
            Augment(index, seed).CopyTo(destination);
        }
        catch (Exception e)
        {
            throw new SampleLoadException(index, _source.SampleName(index), e);
        }
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
