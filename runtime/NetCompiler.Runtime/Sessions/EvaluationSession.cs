using NetCompiler.Runtime;
using static System.FormattableString;

namespace NetCompiler;

/// <summary>
/// A workspace that predicts a batch and computes its loss, as the network is in prediction: dropout does nothing, batch normalisation
/// goes by its running statistics. It takes what <see cref="TrainingSession"/> takes and changes no parameters. Nothing is allocated per
/// batch.
/// </summary>
/// <remarks>
/// For one thread at a time. The bits of the results depend neither on the number of threads nor on the room for a batch.
/// </remarks>
public sealed unsafe class EvaluationSession : IDisposable
{
    private readonly WorkerPool _workers;
    private readonly EntryRunner _prediction;
    private readonly EntryRunner? _loss;
    private readonly SampleTensor _first;
    private readonly FloatArena[] _predictions;
    private readonly FloatArena _losses;
    // What the loss reads: predictions, and behind them what the caller hands in.
    private readonly TensorBuffer[] _lossInputs;
    private readonly int _lossPredictions;
    private readonly int _predictionLength;
    private UseGuard _guard;
    private int _samples;
    private bool _disposed;

    /// <summary>Makes a workspace.</summary>
    /// <param name="network">The network; one without a loss only predicts.</param>
    /// <param name="maxBatch">The largest batch, 1 or more.</param>
    /// <param name="threads">How many threads compute, the calling one included: 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public EvaluationSession(Network network, int maxBatch, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        network.ThrowIfDisposed();
        (Network, MaxBatch, _workers) = (network, maxBatch, new WorkerPool(threads));
        try
        {
            _prediction = new EntryRunner(network, network.Device.CreateRunner(network, NetworkPass.Predict, network.Precision, maxBatch, _workers));
            var info = _prediction.Pass;
            Inputs = info.Inputs;
            if (network.CreateTrainPass(network.VectorBits)?.Info is { } training
                && network.CreateLossPass(network.VectorBits) is not null)
            {
                // Predictions have come back from where they were computed, and their loss is little work: it stays on the processor.
                _loss = new EntryRunner(network, Device.Cpu.CreateRunner(network, NetworkPass.Loss(), network.Precision, maxBatch, _workers));
                Inputs = training.Inputs;
                _lossPredictions = training.Outputs.Count - 1;
            }

            Predicts = _lossPredictions > 0 || BeginWith(Inputs, info.Inputs);
            _first = new SampleTensor(network, Inputs[0]);
            _predictions = new FloatArena[info.Outputs.Count];
            for (var i = 0; i < _predictions.Length; i++)
                _predictions[i] = new FloatArena(checked(maxBatch * info.Outputs[i].Length));
            _predictionLength = info.Outputs[0].Length;
        }
        catch
        {
            _prediction?.Dispose();
            _loss?.Dispose();
            _workers.Dispose();
            throw;
        }

        _losses = new FloatArena(_loss is null ? 0 : maxBatch);
        _lossInputs = new TensorBuffer[_lossPredictions + Inputs.Count];
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The largest batch.</summary>
    public int MaxBatch { get; }

    /// <summary>Whether the network has a loss that can be computed.</summary>
    public bool HasLoss => _loss is not null;

    /// <summary>
    /// What a batch consists of: the prediction's inputs, those of the loss, and the targets. For a network without a loss the
    /// prediction's inputs.
    /// </summary>
    public IReadOnlyList<TensorInfo> Inputs { get; }

    /// <summary>
    /// Whether predictions are computed: unless the loss computes all it needs itself, of something else than what the prediction reads.
    /// </summary>
    public bool Predicts { get; }

    /// <summary>Decides on what is random in a prediction; see <see cref="Session.Seed"/>.</summary>
    public uint Seed { get; set; }

    /// <summary>
    /// The network's outputs for the last batch, one sample after the other; the first of several. Empty unless
    /// <see cref="Predicts"/>.
    /// </summary>
    public ReadOnlySpan<float> Predictions => Predicts ? _predictions[0].Span[..(_samples * _predictionLength)] : [];

    /// <summary>The loss of each sample of the last batch; empty unless <see cref="HasLoss"/>.</summary>
    public ReadOnlySpan<float> Losses => HasLoss ? _losses.Span[.._samples] : [];

    /// <summary>Predicts a batch and computes its losses.</summary>
    /// <param name="inputs">
    /// As many samples of each of <see cref="Inputs"/>, 1 to <see cref="MaxBatch"/>, which stay where they are until this returns.
    /// </param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidOperationException">Types do not fit the network; or another thread is using the session.</exception>
    /// <exception cref="ObjectDisposedException">The session or its network has been disposed.</exception>
    public void Evaluate(ReadOnlySpan<TensorBuffer> inputs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Network.ThrowIfDisposed();
        if (inputs.Length != Inputs.Count)
        {
            throw new InvalidOperationException(
                Invariant($"{Network.Definition.Name}: evaluation: expected {Inputs.Count} inputs, found {inputs.Length}."));
        }

        _guard.Enter();
        try
        {
            var samples = _first.CountSamples(inputs[0].Type, inputs[0].Length, nameof(inputs));
            if (samples < 1 || samples > MaxBatch)
            {
                throw new ArgumentException(
                    Invariant($"{Network.Definition.Name}: batch: expected 1 to {MaxBatch} samples, found {samples}."), nameof(inputs));
            }

            var predictions = _lossInputs.AsSpan(0, _lossPredictions);
            if (Predicts)
                Predict(inputs[.._prediction.Inputs.Length], samples, predictions);
            if (_loss is not null)
            {
                inputs.CopyTo(_lossInputs.AsSpan(_lossPredictions));
                _loss.Run(_lossInputs, [new TensorBuffer(_losses.Pointer, samples, ElementType.Float32)], Seed);
            }

            _samples = samples;
        }
        finally
        {
            _guard.Exit();
        }

        GC.KeepAlive(this);
    }

    /// <summary>Frees the workspace and ends the threads.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _workers.Dispose();
        _prediction.Dispose();
        _loss?.Dispose();
    }

    private static bool BeginWith(IReadOnlyList<TensorInfo> tensors, IReadOnlyList<TensorInfo> first)
    {
        for (var i = 0; i < first.Count; i++)
        {
            if (i >= tensors.Count || tensors[i].Type != first[i].Type || !Shapes.AreEqual(tensors[i].Shape, first[i].Shape))
                return false;
        }

        return true;
    }

    private void Predict(ReadOnlySpan<TensorBuffer> inputs, int samples, Span<TensorBuffer> forLoss)
    {
        Span<TensorBuffer> outputs = stackalloc TensorBuffer[_predictions.Length];
        for (var i = 0; i < outputs.Length; i++)
        {
            var tensor = _prediction.Pass.Outputs[i];
            outputs[i] = new TensorBuffer(_predictions[i].Pointer, samples * tensor.Length, tensor.Type);
        }

        _prediction.Run(inputs, outputs, Seed);
        outputs[..forLoss.Length].CopyTo(forLoss);
    }
}
