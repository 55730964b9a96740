using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>
/// A workspace that predicts with a network. Nothing is allocated per call. Made by <see cref="Network.CreateSession"/>.
/// </summary>
/// <remarks>
/// For one thread at a time; any number of sessions can use one network at the same time, and compute with the same parameters.
/// A batch is computed in chunks whose boundaries depend on the network alone, so neither the number of threads nor the room for a
/// batch changes a bit of the results.
/// </remarks>
public unsafe class Session : IDisposable
{
    private readonly WorkerPool _workers;
    private readonly EntryRunner _prediction;
    private readonly SampleTensor _input;
    private readonly SampleTensor _output;
    private readonly Dictionary<EntryPoint, EntryRunner> _entries = [];
    private LayerRecorder? _recorder;
    private UseGuard _guard;
    private bool _disposed;

    /// <summary>Makes a workspace; <see cref="Network.CreateSession"/> does.</summary>
    /// <param name="network">The network.</param>
    /// <param name="maxBatch">The batch to have room for, 1 or more.</param>
    /// <param name="threads">How many threads compute, the calling one included: 1 or more.</param>
    protected internal Session(Network network, int maxBatch, int threads)
    {
        ArgumentNullException.ThrowIfNull(network);
        network.ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Network = network;
        MaxBatch = maxBatch;
        _workers = new WorkerPool(threads);
        try
        {
            (Device, Precision, VectorBits) = (network.Device, network.Precision, network.VectorBits);
            _prediction = Runner(NetworkPass.Predict);
            (_input, _output) = (_prediction.Inputs[0], _prediction.Outputs[0]);
        }
        catch
        {
            _workers.Dispose();
            throw;
        }
    }

    /// <summary>The network that it predicts with.</summary>
    public Network Network { get; }

    /// <summary>The batch that it has room for. Larger ones are predicted in parts.</summary>
    public int MaxBatch { get; }

    /// <summary>How many threads compute, the calling one included.</summary>
    public int Threads => _workers.Threads;

    /// <summary>What it computes on.</summary>
    public Device Device { get; }

    /// <summary>The precision that it computes in, where that is a device.</summary>
    public Precision Precision { get; }

    /// <summary>The vector width in bits that it computes with on the processor.</summary>
    public int VectorBits { get; }

    /// <summary>
    /// Decides on what is random in a prediction: the samples that <c>Normal</c> and <c>Uniform</c> draw. A random number depends on the
    /// seed, the layer and the place in the batch alone: the same seed, parameters and samples give the same bits, whatever the number of
    /// threads and the room for a batch, and a prediction that is to draw others needs another seed. Dropout does nothing here.
    /// </summary>
    public uint Seed { get; set; }

    /// <summary>Predicts a batch.</summary>
    /// <param name="samples">Any number of samples, 0 included, in canonical order (N, C, H, W).</param>
    /// <param name="outputs">
    /// Where the outputs go, one after the other. It may be longer than needed, and must not overlap the samples.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The samples' length is not a multiple of one sample's; the outputs are too short; the two overlap.
    /// </exception>
    /// <exception cref="InvalidOperationException">The network takes bytes; or another thread is using the session.</exception>
    /// <exception cref="ObjectDisposedException">The session or its network has been disposed.</exception>
    public void Predict(ReadOnlySpan<float> samples, Span<float> outputs)
    {
        var count = _input.CountSamples(ElementType.Float32, samples.Length, nameof(samples));
        fixed (float* pointer = samples)
            Predict((byte*)pointer, count, outputs);
    }

    /// <summary>Predicts a batch, for a network that takes bytes.</summary>
    /// <param name="samples">Any number of samples, 0 included, in canonical order (N, C, H, W).</param>
    /// <param name="outputs">
    /// Where the outputs go, one after the other. It may be longer than needed, and must not overlap the samples.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The samples' length is not a multiple of one sample's; the outputs are too short; the two overlap.
    /// </exception>
    /// <exception cref="InvalidOperationException">The network takes floats; or another thread is using the session.</exception>
    /// <exception cref="ObjectDisposedException">The session or its network has been disposed.</exception>
    public void Predict(ReadOnlySpan<byte> samples, Span<float> outputs)
    {
        var count = _input.CountSamples(ElementType.UInt8, samples.Length, nameof(samples));
        fixed (byte* pointer = samples)
            Predict(pointer, count, outputs);
    }

    /// <summary>Predicts a batch, for a network that takes integers.</summary>
    /// <param name="samples">Any number of samples, 0 included, one after the other.</param>
    /// <param name="outputs">
    /// Where the outputs go, one after the other. It may be longer than needed, and must not overlap the samples.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An integer names nothing that there is; nothing has been computed.</exception>
    /// <exception cref="ArgumentException">
    /// The samples' length is not a multiple of one sample's; the outputs are too short; the two overlap.
    /// </exception>
    /// <exception cref="InvalidOperationException">The network takes no integers; or another thread is using the session.</exception>
    /// <exception cref="ObjectDisposedException">The session or its network has been disposed.</exception>
    public void Predict(ReadOnlySpan<int> samples, Span<float> outputs)
    {
        var count = _input.CountSamples(ElementType.Int32, samples.Length, nameof(samples));
        _input.CheckBound(samples, nameof(samples));
        fixed (int* pointer = samples)
            Predict((byte*)pointer, count, outputs);
    }

    /// <summary>Predicts a batch with a network of any number of inputs and outputs.</summary>
    /// <param name="inputs">
    /// As many samples of each of <see cref="NetworkDescription.Inputs"/>, in that order, which stay where they are until this returns.
    /// </param>
    /// <param name="outputs">
    /// Where each of <see cref="NetworkDescription.Outputs"/> goes. They may be longer than needed, and must not overlap anything.
    /// </param>
    /// <exception cref="ArgumentException">A length does not fit, or outputs overlap.</exception>
    /// <exception cref="InvalidOperationException">Numbers or types do not fit the network; or another thread is using the session.</exception>
    /// <exception cref="ObjectDisposedException">The session or its network has been disposed.</exception>
    public void Predict(ReadOnlySpan<TensorBuffer> inputs, ReadOnlySpan<TensorBuffer> outputs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Network.ThrowIfDisposed();
        _guard.Enter();
        try
        {
            var count = _prediction.Run(inputs, outputs, Seed);
            if (_recorder is null)
                return;
            var pointers = stackalloc byte*[inputs.Length];
            for (var i = 0; i < inputs.Length; i++)
                pointers[i] = inputs[i].Pointer;
            _recorder.Record(pointers, count, Seed);
        }
        finally
        {
            _guard.Exit();
        }
    }

    /// <summary>
    /// Keeps a layer's output from now on: fusion would otherwise never write it. Each prediction then computes the layers a second
    /// time, unfused and, whatever the session's device, on the processor; the first one after this call, or with more samples than
    /// before, allocates.
    /// </summary>
    /// <param name="layer">The layer's name, such as <c>conv1</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no such layer; the message lists those that there are.</exception>
    public void Watch(string layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ObjectDisposedException.ThrowIf(_disposed, this);
        _guard.Enter();
        try
        {
            var index = LayerIndex(layer);
            _recorder ??= new LayerRecorder(Network, MaxBatch, _workers);
            _recorder.Watch(index);
        }
        finally
        {
            _guard.Exit();
        }
    }

    /// <summary>The output that a watched layer had in the last prediction.</summary>
    /// <param name="layer">The layer's name.</param>
    /// <returns>Its values for all samples, in canonical order (N, C, H, W). The next prediction overwrites them.</returns>
    /// <exception cref="KeyNotFoundException">There is no such layer; the message lists those that there are.</exception>
    /// <exception cref="InvalidOperationException">The layer is not watched, or nothing has been predicted since.</exception>
    public ReadOnlySpan<float> Value(string layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var index = LayerIndex(layer);
        if (_recorder is null || !_recorder.IsWatched(index))
            throw new InvalidOperationException($"Layer '{layer}' is not watched: call Watch(\"{layer}\") before Predict.");
        return _recorder.Value(index);
    }

    /// <summary>Measures what each stage of a prediction takes, on samples drawn at random.</summary>
    /// <param name="samples">The batch to predict; 0 for <see cref="MaxBatch"/>.</param>
    /// <param name="runs">How many runs to choose the one of median duration from, 1 or more.</param>
    /// <returns>Seconds and GFLOP/s by stage; its text is a table.</returns>
    /// <remarks>
    /// Predictions neither know of it nor pay for it: it has a workspace of its own. What it adds to each stage is the time of reading
    /// a clock, some 30 nanoseconds.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="samples"/> is negative, or <paramref name="runs"/> less than 1.
    /// </exception>
    /// <exception cref="NotSupportedException">The session computes on a device, whose stages nothing measures.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using the session.</exception>
    /// <exception cref="ObjectDisposedException">The session or its network has been disposed.</exception>
    public PassProfile Profile(int samples = 0, int runs = 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        ObjectDisposedException.ThrowIf(_disposed, this);
        Network.ThrowIfDisposed();
        var count = samples == 0 ? MaxBatch : samples;
        _guard.Enter();
        try
        {
            var code = _prediction.Pass.OnCpu("a profile of stages");
            using var profiler = new PassProfiler(code.Pass, Math.Max(count, MaxBatch), runs, _workers);
            using var inputs = _input.CreateRandom(count);
            var outputs = new FloatArena(checked(count * _output.Length));
            var input = inputs.Pointer;
            var output = (byte*)outputs.Pointer;
            code.TakeParameters(evenIfUnchanged: false);
            while (profiler.NextRound())
                profiler.Executor.Run(&input, &output, count, Network.ParameterPointer, null, code.Derived, seed: 0);
            GC.KeepAlive(outputs);
            return profiler.Result(Network, "prediction", VectorBits, count);
        }
        finally
        {
            _guard.Exit();
        }
    }

    /// <summary>Frees the workspace and ends the threads.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the workspace and ends the threads.</summary>
    /// <param name="disposing">True unless a finaliser calls.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || _disposed)
            return;
        _disposed = true;
        foreach (var runner in _entries.Values)
            runner.Dispose();
        _workers.Dispose();
        _prediction.Dispose();
        _recorder?.Dispose();
    }

    /// <summary>Computes a method of the network. The first call of each allocates.</summary>
    /// <param name="entry">The method.</param>
    /// <param name="inputs">What it reads, in the order of its parameters: as many samples of each.</param>
    /// <param name="outputs">Where its results go, in their order. They may be longer than needed, and must not overlap anything.</param>
    /// <exception cref="ArgumentException">A length does not fit, or results overlap.</exception>
    /// <exception cref="DeviceException">The session computes on a device, for which the method was not compiled.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using the session.</exception>
    /// <exception cref="ObjectDisposedException">The session or its network has been disposed.</exception>
    protected internal void RunEntry(EntryPoint entry, ReadOnlySpan<TensorBuffer> inputs, ReadOnlySpan<TensorBuffer> outputs)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ObjectDisposedException.ThrowIf(_disposed, this);
        Network.ThrowIfDisposed();
        _guard.Enter();
        try
        {
            if (!_entries.TryGetValue(entry, out var runner))
                _entries.Add(entry, runner = Runner(NetworkPass.Of(entry, VectorBits)));
            runner.Run(inputs, outputs, Seed);
        }
        finally
        {
            _guard.Exit();
        }

        GC.KeepAlive(this);
    }

    /// <summary>Length of the outputs for samples of so many elements, rounded down.</summary>
    internal int OutputLengthFor(int elements) => checked(elements / _input.Length * _output.Length);

    private void Predict(byte* samples, int count, Span<float> outputs)
    {
        PassArity.Check(Network, _prediction.Pass, inputs: 1, outputs: 1, "prediction");
        _output.CheckRoom(count, outputs.Length, nameof(outputs));
        ObjectDisposedException.ThrowIf(_disposed, this);
        Network.ThrowIfDisposed();
        _guard.Enter();
        try
        {
            fixed (float* pointer = outputs)
            {
                var output = (byte*)pointer;
                if (samples < output + (nint)count * _output.SizeInBytes && output < samples + (nint)count * _input.SizeInBytes)
                    throw new ArgumentException("The outputs overlap the samples.", nameof(outputs));
                _prediction.Run(&samples, &output, count, Seed);
                _recorder?.Record(&samples, count, Seed);
            }
        }
        finally
        {
            _guard.Exit();
        }

        GC.KeepAlive(this);
    }

    private EntryRunner Runner(NetworkPass pass) => new(Network, Device.CreateRunner(Network, pass, Precision, MaxBatch, _workers));

    private static IEnumerable<string> Names(IReadOnlyList<LayerInfo> layers)
    {
        foreach (var layer in layers)
            yield return layer.Name;
    }

    private int LayerIndex(string layer)
    {
        var layers = Network.Definition.Layers;
        for (var i = 0; i < layers.Count; i++)
        {
            if (layers[i].Name == layer)
                return i;
        }

        throw new KeyNotFoundException(
            $"{Network.Definition.Name} has no layer '{layer}': expected one of {string.Join(", ", Names(layers))}.");
    }
}
