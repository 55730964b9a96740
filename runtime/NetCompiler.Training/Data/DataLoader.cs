using NetCompiler.Runtime;

namespace NetCompiler.Training.Data;

/// <summary>
/// Loads and augments the batches that training will ask for next, on threads in the background, and keeps a bounded queue of them
/// ready. It is a data set itself: <c>net.Fit(new DataLoader(images, …), …)</c>.
/// </summary>
/// <remarks>
/// The trainer decides on the order (<see cref="FitOptions.Shuffle"/>) and on the seed: what is random about a sample comes from a stream
/// that <see cref="FitOptions.Seed"/>, the epoch and the sample's index decide on, so that the number of threads changes no bit, and a
/// run that resumes sees the same pictures. Validation, and everything else that asks outside of an epoch of training, gets samples as
/// they are. Nothing is allocated for a batch but what the source allocates. A loader serves one run at a time.
/// </remarks>
public sealed class DataLoader : IPrefetchingDataset, IDisposable
{
    private readonly IDataset _source;
    private readonly DataLoaderOptions _options;
    private readonly SamplePipeline _pipeline;
    private readonly Thread[] _threads;
    private readonly Slot[] _slots;
    private readonly int[] _order;

    // Guards all that follows. Who waits for a batch, for room in the queue or for the end of a pass waits here.
    private readonly object _gate = new();
    private readonly object _pipelineGate = new();
    private int _count;
    private int _batchSize;
    private ulong? _seed;
    private int _begun;
    private int _taken;
    private int _busy;
    private volatile bool _isRunning;
    private bool _isStarted;
    private bool _disposed;

    /// <summary>Prepares a loader; threads start with the first pass.</summary>
    /// <param name="source">Where samples come from. It is read by several threads at once.</param>
    /// <param name="options">How to load; null for the defaults.</param>
    /// <exception cref="ArgumentException">The samples cannot be augmented so.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public DataLoader(IDataset source, DataLoaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        _options = options ?? new DataLoaderOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Threads, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.QueueLength, 1, nameof(options));
        _source = source;
        _pipeline = new SamplePipeline(source, _options.Augmentations);
        _order = new int[source.Count];
        _slots = new Slot[_options.QueueLength];
        for (var i = 0; i < _slots.Length; i++)
            _slots[i] = new Slot();
        _threads = new Thread[_options.Threads];
    }

    /// <inheritdoc/>
    public int Count => _source.Count;

    /// <inheritdoc/>
    public IReadOnlyList<TensorInfo> Inputs => _pipeline.Inputs;

    /// <inheritdoc/>
    public IReadOnlyList<TensorInfo> Targets => _source.Targets;

    /// <inheritdoc/>
    public string SampleName(int index) => _source.SampleName(index);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The loader has been disposed.</exception>
    public void BeginPass(ReadOnlySpan<int> order, int batchSize, ulong? seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order.Length, _order.Length, nameof(order));
        EndPass();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            order.CopyTo(_order);
            (_count, _batchSize, _seed, _begun, _taken) = (order.Length, Math.Min(batchSize, Math.Max(1, order.Length)), seed, 0, 0);
            foreach (var slot in _slots)
                slot.Reserve(this, _batchSize);
            if (!_isStarted)
                Start();
            _isRunning = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    public void EndPass()
    {
        lock (_gate)
        {
            _isRunning = false;
            while (_busy > 0)
                Monitor.Wait(_gate);
            _seed = null;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="SampleLoadException">A sample cannot be loaded or augmented.</exception>
    public void Copy(ReadOnlySpan<int> indices, SampleBatch batch, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (TryTake(indices, batch, first))
            return;
        var seed = CurrentSeed();
        lock (_pipelineGate)
        {
            for (var i = 0; i < indices.Length; i++)
                _pipeline.Load(indices[i], seed, batch, first + i);
        }
    }

    /// <summary>Ends the pass and the threads. The source stays.</summary>
    public void Dispose()
    {
        EndPass();
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            Monitor.PulseAll(_gate);
            if (!_isStarted)
                return;
        }
        foreach (var thread in _threads)
            thread.Join();
    }

    private ulong? CurrentSeed()
    {
        lock (_gate)
            return _seed;
    }

    /// <summary>Takes the next batch off the queue, once it is ready; false if another one is asked for than was announced.</summary>
    private bool TryTake(ReadOnlySpan<int> indices, SampleBatch batch, int first)
    {
        lock (_gate)
        {
            if (!_isRunning || indices.IsEmpty || !indices.SequenceEqual(Batch(_taken)))
                return false;
            var slot = _slots[_taken % _slots.Length];
            while (_isRunning && slot.Ready != _taken)
                Monitor.Wait(_gate);
            if (!_isRunning)
                return false;
            if (slot.Failure is { } failure)
                throw new SampleLoadException(failure.Index, failure.SampleName, failure.InnerException ?? failure);
            batch.CopyFrom(slot.Samples!, 0, first, indices.Length);
            _taken++;
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    private ReadOnlySpan<int> Batch(int batch)
    {
        var first = (long)batch * _batchSize;
        return first >= _count ? [] : _order.AsSpan((int)first, Math.Min(_batchSize, _count - (int)first));
    }

    private void Start()
    {
        for (var i = 0; i < _threads.Length; i++)
        {
            var pipeline = new SamplePipeline(_source, _options.Augmentations);
            _threads[i] = new Thread(() => Work(pipeline)) { IsBackground = true, Name = $"NetCompiler loader {i}" };
            _threads[i].Start();
        }
        _isStarted = true;
    }

    private void Work(SamplePipeline pipeline)
    {
        while (Begin() is >= 0 and var batch)
        {
            var slot = _slots[batch % _slots.Length];
            var failure = Fill(pipeline, slot, Batch(batch));
            lock (_gate)
            {
                (slot.Failure, slot.Ready) = (failure, batch);
                _busy--;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Waits for a batch for which there is room in the queue; −1 when the loader has ended.</summary>
    private int Begin()
    {
        lock (_gate)
        {
            while (!_isRunning || Batch(_begun).IsEmpty || _begun - _taken >= _slots.Length)
            {
                if (_disposed)
                    return -1;
                Monitor.Wait(_gate);
            }
            _busy++;
            return _begun++;
        }
    }

    private SampleLoadException? Fill(SamplePipeline pipeline, Slot slot, ReadOnlySpan<int> indices)
    {
        try
        {
            for (var i = 0; i < indices.Length && _isRunning; i++)
                pipeline.Load(indices[i], _seed, slot.Samples!, i);
            return null;
        }
        catch (SampleLoadException e)
        {
            // Who asks for the batch gets it.
            return e;
        }
    }

    /// <summary>Room for a batch in the queue.</summary>
    private sealed class Slot
    {
        public SampleBatch? Samples { get; private set; }

        /// <summary>Which batch is in it; −1 for none of this pass.</summary>
        public int Ready { get; set; }

        /// <summary>Why the batch is not whole.</summary>
        public SampleLoadException? Failure { get; set; }

        public void Reserve(IDataset data, int samples)
        {
            (Ready, Failure) = (-1, null);
            if (Samples is null || Samples.Capacity < samples)
                Samples = new SampleBatch(data, samples);
        }
    }
}
