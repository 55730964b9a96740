using NetCompiler.Runtime;
using static System.FormattableString;

namespace NetCompiler;

/// <summary>
/// A workspace that computes the loss of a batch and its gradients. Changing parameters by them is the optimiser's business.
/// Nothing is allocated per step.
/// </summary>
/// <remarks>
/// For one thread at a time, and nobody else may use the network's parameters while they change. The bits of the results do not
/// depend on the number of threads.
/// </remarks>
public sealed unsafe class TrainingSession : IDisposable
{
    private readonly PassRunner _pass;
    private readonly int _vectorBits;
    private readonly WorkerPool _workers;
    // What the pass computes: its predictions, and behind them the losses.
    private readonly FloatArena[] _outputs;
    private readonly SampleTensor[] _inputs;
    private readonly int _predictionLength;
    private readonly bool _hasRunningValues;
    private UseGuard _guard;
    private int _samples;
    private bool _disposed;

    /// <summary>Makes a workspace for training.</summary>
    /// <param name="network">The network.</param>
    /// <param name="maxBatch">The largest batch, 1 or more.</param>
    /// <param name="threads">How many threads compute, the calling one included: 1 or more.</param>
    /// <exception cref="InvalidOperationException">The network has no loss.</exception>
    /// <exception cref="DeviceException">The network's device refuses it, or the network was not compiled to be trained there.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public TrainingSession(Network network, int maxBatch, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        network.ThrowIfDisposed();
        Network = network;
        MaxBatch = maxBatch;
        var name = network.Definition.Name;
        if (network.Definition.Loss is not { } loss || network.CreateTrainPass(network.VectorBits) is null)
            throw new InvalidOperationException($"{name} has no loss, so it cannot be trained: declare one, as [Loss(Loss.CrossEntropy)].");
        Loss = loss;
        (Device, Precision, _vectorBits, _workers) = (network.Device, network.Precision, network.VectorBits, new WorkerPool(threads));
        try
        {
            _pass = Device.CreateRunner(network, NetworkPass.Train(), Precision, maxBatch, _workers);
        }
        catch
        {
            _workers.Dispose();
            throw;
        }

        _inputs = new SampleTensor[_pass.Inputs.Count];
        for (var i = 0; i < _inputs.Length; i++)
            _inputs[i] = new SampleTensor(network, _pass.Inputs[i]);
        foreach (var parameter in network.Definition.Parameters)
            _hasRunningValues |= !parameter.Trainable;

        Gradients = new Gradients(network);
        _outputs = new FloatArena[_pass.Outputs.Count];
        for (var i = 0; i < _outputs.Length; i++)
            _outputs[i] = new FloatArena(checked(maxBatch * _pass.Outputs[i].Length));
        _predictionLength = _outputs.Length > 1 ? _pass.Outputs[0].Length : 0;
    }

    /// <summary>The network that is trained.</summary>
    public Network Network { get; }

    /// <summary>What it computes on.</summary>
    public Device Device { get; }

    /// <summary>The precision that it computes in, where that is a device.</summary>
    public Precision Precision { get; }

    /// <summary>What is made small.</summary>
    public Loss Loss { get; }

    /// <summary>The largest batch.</summary>
    public int MaxBatch { get; }

    /// <summary>How many threads compute, the calling one included.</summary>
    public int Threads => _workers.Threads;

    /// <summary>What a step reads: the prediction's inputs, those of the loss, and the targets.</summary>
    public IReadOnlyList<TensorInfo> Inputs => _pass.Inputs;

    /// <summary>The threads, for others who have work between steps.</summary>
    public WorkerPool Workers => _workers;

    /// <summary>The gradients of the last step's mean loss.</summary>
    public Gradients Gradients { get; }

    /// <summary>
    /// The network's outputs in the last step, one sample after the other; the first of several. Empty where the loss computes what it
    /// needs itself.
    /// </summary>
    public ReadOnlySpan<float> Predictions => _outputs[0].Span[..(_samples * _predictionLength)];

    /// <summary>The loss of each sample in the last step.</summary>
    public ReadOnlySpan<float> Losses => _outputs[^1].Span[.._samples];

    /// <summary>Computes losses and gradients of a batch of a network with any number of inputs.</summary>
    /// <param name="inputs">What the training pass reads: the prediction's inputs, those of the loss, and the targets, in this order.</param>
    /// <param name="seed">Seeds dropout. The same seed, parameters and inputs give the same bits.</param>
    /// <returns>The mean loss.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidOperationException">Types do not fit the network; or another thread is using the session.</exception>
    public StepResult Step(ReadOnlySpan<TensorBuffer> inputs, uint seed)
    {
        var pointers = stackalloc byte*[inputs.Length];
        var samples = Check(inputs, pointers);
        Run(pointers, samples, seed);
        return new StepResult(samples, MeanLoss(), 0);
    }

    /// <summary>Computes losses and gradients of a batch with classes as targets.</summary>
    /// <param name="inputs">1 to <see cref="MaxBatch"/> samples in canonical order (N, C, H, W).</param>
    /// <param name="labels">The class of each sample, 0 to the number of classes − 1.</param>
    /// <param name="seed">Seeds dropout. The same seed, parameters and inputs give the same bits.</param>
    /// <returns>The mean loss, and how many samples were classified correctly.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a label is not a class.</exception>
    /// <exception cref="InvalidOperationException">Types do not fit the network; or another thread is using the session.</exception>
    public StepResult Step(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, uint seed)
    {
        var samples = Batch(ElementType.Float32, inputs.Length);
        CheckLabels(samples, labels);
        fixed (float* input = inputs)
        fixed (int* target = labels)
            Run((byte*)input, (byte*)target, samples, seed);
        return new StepResult(samples, MeanLoss(), Correct(labels));
    }

    /// <summary>Computes losses and gradients of a batch with classes as targets, for a network that takes bytes.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, ReadOnlySpan{int}, uint)"/>
    public StepResult Step(ReadOnlySpan<byte> inputs, ReadOnlySpan<int> labels, uint seed)
    {
        var samples = Batch(ElementType.UInt8, inputs.Length);
        CheckLabels(samples, labels);
        fixed (byte* input = inputs)
        fixed (int* target = labels)
            Run(input, (byte*)target, samples, seed);
        return new StepResult(samples, MeanLoss(), Correct(labels));
    }

    /// <summary>Computes losses and gradients of a batch with values as targets.</summary>
    /// <param name="inputs">1 to <see cref="MaxBatch"/> samples in canonical order (N, C, H, W).</param>
    /// <param name="targets">What each sample's output should be, one after the other.</param>
    /// <param name="seed">Seeds dropout. The same seed, parameters and inputs give the same bits.</param>
    /// <returns>The mean loss.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidOperationException">Types do not fit the network; or another thread is using the session.</exception>
    public StepResult Step(ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, uint seed)
    {
        var samples = Batch(ElementType.Float32, inputs.Length);
        CheckTargets(samples, ElementType.Float32, targets.Length, nameof(targets));
        fixed (float* input = inputs)
        fixed (float* target = targets)
            Run((byte*)input, (byte*)target, samples, seed);
        return new StepResult(samples, MeanLoss(), Correct: 0);
    }

    /// <summary>Computes losses and gradients of a batch with values as targets, for a network that takes bytes.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, ReadOnlySpan{float}, uint)"/>
    public StepResult Step(ReadOnlySpan<byte> inputs, ReadOnlySpan<float> targets, uint seed)
    {
        var samples = Batch(ElementType.UInt8, inputs.Length);
        CheckTargets(samples, ElementType.Float32, targets.Length, nameof(targets));
        fixed (byte* input = inputs)
        fixed (float* target = targets)
            Run(input, (byte*)target, samples, seed);
        return new StepResult(samples, MeanLoss(), Correct: 0);
    }

    /// <summary>Computes losses and gradients of a batch with classes as targets, for a network that takes integers.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, ReadOnlySpan{int}, uint)"/>
    public StepResult Step(ReadOnlySpan<int> inputs, ReadOnlySpan<int> labels, uint seed)
    {
        var samples = Batch(ElementType.Int32, inputs.Length);
        _inputs[0].CheckBound(inputs, nameof(inputs));
        CheckLabels(samples, labels);
        fixed (int* input = inputs)
        fixed (int* target = labels)
            Run((byte*)input, (byte*)target, samples, seed);
        return new StepResult(samples, MeanLoss(), Correct(labels));
    }

    /// <summary>Computes losses and gradients of a batch with values as targets, for a network that takes integers.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, ReadOnlySpan{float}, uint)"/>
    public StepResult Step(ReadOnlySpan<int> inputs, ReadOnlySpan<float> targets, uint seed)
    {
        var samples = Batch(ElementType.Int32, inputs.Length);
        _inputs[0].CheckBound(inputs, nameof(inputs));
        CheckTargets(samples, ElementType.Float32, targets.Length, nameof(targets));
        fixed (int* input = inputs)
        fixed (float* target = targets)
            Run((byte*)input, (byte*)target, samples, seed);
        return new StepResult(samples, MeanLoss(), Correct: 0);
    }

    /// <summary>
    /// Measures what each stage of a training step takes, forward and backward, with what prepares its weights and adds up its sums over
    /// the batch, on samples and targets drawn at random. Parameters,
    /// running statistics among them, gradients and the results of the last step stay as they are.
    /// </summary>
    /// <param name="samples">The batch, up to <see cref="MaxBatch"/>; 0 for that.</param>
    /// <param name="runs">How many runs to choose the one of median duration from, 1 or more.</param>
    /// <returns>Seconds and GFLOP/s by stage; its text is a table.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="NotSupportedException">The session computes on a device, whose stages nothing measures.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using the session.</exception>
    /// <exception cref="ObjectDisposedException">The session or its network has been disposed.</exception>
    public PassProfile Profile(int samples = 0, int runs = 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, MaxBatch);
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        ObjectDisposedException.ThrowIf(_disposed, this);
        Network.ThrowIfDisposed();
        var count = samples == 0 ? MaxBatch : samples;
        _guard.Enter();
        var before = Network.Parameters.ToArray();
        try
        {
            var code = _pass.OnCpu("a profile of stages");
            using var profiler = new PassProfiler(code.Pass, MaxBatch, runs, _workers);
            var samplesOf = new NativeArena[_inputs.Length];
            var results = new FloatArena[_outputs.Length];
            var inputs = stackalloc byte*[_inputs.Length];
            var outputs = stackalloc byte*[_outputs.Length];
            for (var i = 0; i < samplesOf.Length; i++)
            {
                samplesOf[i] = _inputs[i].CreateRandom(count, Math.Max(1, _predictionLength));
                inputs[i] = samplesOf[i].Pointer;
            }

            for (var i = 0; i < results.Length; i++)
            {
                results[i] = new FloatArena(_outputs[i].Length);
                outputs[i] = (byte*)results[i].Pointer;
            }

            var gradients = new FloatArena(Network.Parameters.Length);
            while (profiler.NextRound())
            {
                profiler.Executor.Prepare(Network.ParameterPointer, code.Derived);
                profiler.Executor.Run(inputs, outputs, count, Network.ParameterPointer, gradients.Pointer, code.Derived, seed: 0);
            }

            GC.KeepAlive(gradients);
            GC.KeepAlive(results);
            foreach (var arena in samplesOf)
                arena.Dispose();
            return profiler.Result(Network, "training step", _vectorBits, count);
        }
        finally
        {
            before.CopyTo(Network.Parameters);
            if (_hasRunningValues)
                Network.ParametersChanged();
            _guard.Exit();
        }
    }

    /// <summary>Whether a batch can be copied to where it is computed while another one is.</summary>
    internal bool CanLoadAhead => _pass.CanLoadAhead;

    /// <summary>Begins what <see cref="Step(ReadOnlySpan{TensorBuffer}, uint)"/> does: <see cref="Finish"/> ends it.</summary>
    /// <param name="inputs">What the training pass reads. Where a batch was loaded ahead, it is that one.</param>
    /// <param name="seed">Seeds dropout.</param>
    internal void Begin(ReadOnlySpan<TensorBuffer> inputs, uint seed)
    {
        var pointers = stackalloc byte*[inputs.Length];
        Begin(pointers, Check(inputs, pointers), seed);
    }

    /// <summary>Has the batch that is begun next copied to where it is computed, while another one is.</summary>
    /// <param name="inputs">What the training pass reads, which stays where and as it is until the batch is finished.</param>
    internal void LoadAhead(ReadOnlySpan<TensorBuffer> inputs)
    {
        var pointers = stackalloc byte*[inputs.Length];
        _pass.LoadAhead(pointers, Check(inputs, pointers));
    }

    /// <summary>Waits for the step that was begun: from then on its results are there.</summary>
    internal void Finish()
    {
        _guard.Enter();
        try
        {
            var outputs = stackalloc byte*[_outputs.Length];
            PlaceOutputs(outputs);
            _pass.Finish(outputs, Gradients.Pointer);
            // On a device that changes parameters itself, they are known to have changed.
            if (_hasRunningValues && !Network.IsBehind)
                Network.ParametersChanged();
        }
        catch
        {
            _pass.Forget();
            throw;
        }
        finally
        {
            _guard.Exit();
        }

        GC.KeepAlive(this);
    }

    /// <summary>Forgets what was loaded ahead. Never throws.</summary>
    internal void Forget() => _pass.Forget();

    /// <summary>
    /// Prepares to change parameters where their gradients are computed; null where that is not a device, or one that lacks the code. From
    /// then on steps leave gradients and running statistics there.
    /// </summary>
    internal DeviceUpdate? CreateUpdate(
        string rule, int slots, IReadOnlyList<UpdateRange> trained, IReadOnlyList<UpdateRange> untrained, bool accumulates) =>
        _pass.CreateUpdate(rule, slots, trained, untrained, accumulates);

    /// <summary>Takes the network's parameters in before a step does.</summary>
    internal void TakeParameters() => _pass.TakeParameters(evenIfUnchanged: true);

    /// <summary>Frees the workspace and ends the threads.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _workers.Dispose();
        _pass.Dispose();
    }

    private int Check(ReadOnlySpan<TensorBuffer> inputs, byte** pointers)
    {
        PassArity.CheckInputs(Network, _pass, inputs.Length, "training");
        var samples = Batch(inputs[0].Type, inputs[0].Length);
        for (var i = 0; i < inputs.Length; i++)
        {
            var count = _inputs[i].CountSamples(inputs[i].Type, inputs[i].Length, nameof(inputs));
            _inputs[i].CheckBound(new ReadOnlySpan<int>(inputs[i].Pointer, inputs[i].Type == ElementType.Int32 ? inputs[i].Length : 0), nameof(inputs));
            if (count != samples)
            {
                throw new ArgumentException(
                    Invariant($"{Network.Definition.Name}: input {i}: expected {samples} samples, found {count}."), nameof(inputs));
            }

            pointers[i] = inputs[i].Pointer;
        }

        return samples;
    }

    private int Batch(ElementType type, int length)
    {
        var samples = _inputs[0].CountSamples(type, length, "inputs");
        if (samples < 1 || samples > MaxBatch)
        {
            throw new ArgumentException(
                Invariant($"{Network.Definition.Name}: batch: expected 1 to {MaxBatch} samples, found {samples}."), "inputs");
        }


        return samples;
    }

    // A loss that needs no target does not look at it.
    private void CheckTargets(int samples, ElementType type, int length, string argument)
    {
        if (_inputs.Length == 1)
            return;
        PassArity.CheckInputs(Network, _pass, 2, "training with samples and targets");
        var targets = _inputs[1].CountSamples(type, length, argument);
        if (targets != samples)
        {
            throw new ArgumentException(
                Invariant($"{Network.Definition.Name}: targets: expected those of {samples} samples, found {targets}."), argument);
        }
    }

    private void CheckLabels(int samples, ReadOnlySpan<int> labels)
    {
        CheckTargets(samples, ElementType.Int32, labels.Length, nameof(labels));
        if (_inputs.Length == 1 || _predictionLength == 0)
            return;
        var classes = _predictionLength;
        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classes)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels),
                    Invariant($"{Network.Definition.Name}: label of sample {i}: expected 0 to {classes - 1}, found {labels[i]}."));
            }
        }
    }

    private void Run(byte* input, byte* target, int samples, uint seed)
    {
        var inputs = stackalloc byte*[] { input, target };
        Run(inputs, samples, seed);
    }

    private void Run(byte** inputs, int samples, uint seed)
    {
        Begin(inputs, samples, seed);
        Finish();
    }

    private void Begin(byte** inputs, int samples, uint seed)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Network.ThrowIfDisposed();
        _guard.Enter();
        try
        {
            var outputs = stackalloc byte*[_outputs.Length];
            PlaceOutputs(outputs);
            _samples = samples;
            _pass.TakeParameters(evenIfUnchanged: true);
            _pass.Begin(inputs, outputs, samples, Gradients.Pointer, seed);
        }
        catch
        {
            _pass.Forget();
            throw;
        }
        finally
        {
            _guard.Exit();
        }

        GC.KeepAlive(this);
    }

    private void PlaceOutputs(byte** outputs)
    {
        for (var i = 0; i < _outputs.Length; i++)
            outputs[i] = (byte*)_outputs[i].Pointer;
    }

    // In the samples' order and in double precision: the same bits for any number of threads.
    private double MeanLoss()
    {
        var sum = 0.0;
        foreach (var loss in Losses)
            sum += loss;
        return sum / _samples;
    }

    private int Correct(ReadOnlySpan<int> labels)
    {
        var correct = 0;
        if (_predictionLength == 0)
            return 0;
        var classes = _predictionLength;
        var predictions = Predictions;
        for (var i = 0; i < labels.Length; i++)
        {
            var sample = predictions.Slice(i * classes, classes);
            var best = 0;
            for (var c = 1; c < sample.Length; c++)
            {
                if (sample[c] > sample[best])
                    best = c;
            }

            correct += best == labels[i] ? 1 : 0;
        }

        return correct;
    }
}
