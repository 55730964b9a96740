using System.Diagnostics;
using NetCompiler.Training.Data;

namespace NetCompiler.Training;

/// <summary>
/// A training run with all of its state: parameters, the optimiser's moments, which step of which epoch comes next, the sums that an
/// epoch's means come from, and the history. What is random comes from streams of the seed that epoch and step number, so the seed is
/// all the state that chance has, and a run that <see cref="Restore">resumes</see> ends in the same bits as one that never stopped.
/// </summary>
public sealed class Trainer : IDisposable
{
    // Streams of the seed: the order of epochs takes theirs from 0, steps and augmentation of epochs from here, so that they never meet.
    private const ulong FirstStepStream = 1UL << 32;
    private const ulong FirstSampleStream = 1UL << 63;

    private readonly IDataset _train;
    private readonly FitOptions _options;
    private readonly IFitCallback[] _callbacks;
    private readonly IFitCallback[] _stateful;
    private readonly TrainingSession _session;
    private readonly BatchFeed _feed;
    private readonly Scoring _scoring;
    private readonly Evaluator? _validation;
    private readonly ParameterUpdater _updater;
    private readonly (int Offset, int Count)[] _untrained;
    private readonly AveragedWeights? _averages;
    private readonly int[] _order;
    private readonly int _samplesPerStep;

    private string? _data;
    private int _orderedEpoch = -1;
    private RunningMean _loss;
    private RunningMean _accuracy;
    private RunningMean _gradientNorm;
    private double _secondsBefore;
    private long _timestamp;

    /// <summary>Prepares a run; nothing is trained yet.</summary>
    /// <param name="network">The network, whose parameters will change.</param>
    /// <param name="train">What to learn, at least one sample.</param>
    /// <param name="optimizer">The rule by which parameters move.</param>
    /// <param name="epochs">How often to go through the data, 0 or more.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="InvalidOperationException">The network has no loss.</exception>
    /// <exception cref="ArgumentException">A data set does not fit the network, or an option is out of its range.</exception>
    public Trainer(Network network, IDataset train, IOptimizer optimizer, int epochs, FitOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        ArgumentOutOfRangeException.ThrowIfLessThan(train.Count, 1, nameof(train));
        _options = options ?? new FitOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BatchSize, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.AccumulationSteps, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Threads, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.CheckpointEvery, 1, nameof(options));
        if (network.Definition.Loss is null)
            throw new InvalidOperationException($"{network.Definition.Name} cannot be trained: it declares no loss.");

        (Network, _train, Optimizer, Epochs) = (network, train, optimizer, epochs);
        _callbacks = Order(_options);
        Metrics = [.. Metric.All, .. _options.Metrics.Select(m => m.Validation)];
        if (_options.Metrics.GroupBy(m => m.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ArgumentException(
                $"FitOptions.Metrics: expected each metric once, found '{twice.Key}' {twice.Count()} times.", nameof(options));
        }
        if (_options is { Metrics.Count: > 0, Validation.Targets: not [{ Type: ElementType.Int32 }, ..] })
        {
            throw new ArgumentException(
                "FitOptions.Metrics: expected a validation set of class labels, found one of values.", nameof(options));
        }
        _scoring = new Scoring(network.Definition);
        // More than all samples is no more than all samples.
        _samplesPerStep = (int)Math.Min(Math.Max(train.Count, _options.BatchSize), (long)_options.BatchSize * _options.AccumulationSteps);
        StepsPerEpoch = (int)(((long)train.Count + _samplesPerStep - 1) / _samplesPerStep);
        _order = new int[train.Count];
        var trainable = TrainedRange.Of(network.Definition, optimizer, _options.ParameterGroups);
        _untrained = [.. network.Definition.Parameters.Where(p => !p.Trainable).Select(p => (p.Offset, p.Length))];
        _averages = _options.WeightAveraging is { } averaging ? new AveragedWeights(averaging, network) : null;
        _stateful = _averages is null ? _callbacks : [_averages, .. _callbacks];
        _validation = _options.Validation is null
            ? null
            : new Evaluator(network, _options.Validation, Math.Max(_options.BatchSize, 64), _options.Threads);
        _session = new TrainingSession(network, _options.BatchSize, _options.Threads);
        try
        {
            _feed = new BatchFeed(_session, train, _options.BatchSize);
            _updater = ParameterUpdater.Create(
                _session, trainable, _untrained, optimizer, _options, accumulates: _samplesPerStep > _options.BatchSize);
        }
        catch
        {
            _session.Dispose();
            _validation?.Dispose();
            throw;
        }
        if (train is IPrefetchingDataset prefetching)
        {
            // Known again by its samples as they are, which it gives between two passes.
            prefetching.EndPass();
            _data = _feed.Current.Fingerprint();
        }
    }

    /// <summary>What is trained.</summary>
    public Network Network { get; }

    /// <summary>The rule by which parameters move.</summary>
    public IOptimizer Optimizer { get; }

    /// <summary>Epochs of the whole run.</summary>
    public int Epochs { get; }

    /// <summary>Epochs that are complete.</summary>
    public int Epoch { get; private set; }

    /// <summary>Steps done in the epoch that has begun.</summary>
    public int StepInEpoch { get; private set; }

    /// <summary>Steps of an epoch.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>Steps done since the beginning of the run.</summary>
    public long Step => (long)Epoch * StepsPerEpoch + StepInEpoch;

    /// <summary>Samples of the training set.</summary>
    public int Samples => _train.Count;

    /// <summary>The extents of a sample.</summary>
    public IReadOnlyList<int> SampleShape => _train.Inputs[0].Shape;

    /// <summary>The largest number of samples that are computed at a time.</summary>
    public int BatchSize => _options.BatchSize;

    /// <summary>The largest number of batches whose gradients make one step.</summary>
    public int AccumulationSteps => _options.AccumulationSteps;

    /// <summary>Threads that share the work.</summary>
    public int Threads => _options.Threads;

    /// <summary>What the complete epochs brought.</summary>
    public History History { get; } = new();

    /// <summary>What logs write of an epoch: <see cref="Metric.All"/>, and what <see cref="FitOptions.Metrics"/> adds.</summary>
    public IReadOnlyList<Metric> Metrics { get; }

    /// <summary>Whether <see cref="Stop"/> was called since <see cref="Run"/> began.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Why <see cref="Run"/> was stopped, if whoever stopped it said so.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Whether the run is between two epochs and will not begin another one.</summary>
    public bool IsFinished => StepInEpoch == 0 && (IsStopped || Epoch >= Epochs);

    /// <summary>Ends <see cref="Run"/> after the epoch that has begun, or at once between two epochs.</summary>
    /// <param name="reason">Why, for progress to show: "val_loss was best, 0.0312, after epoch 4".</param>
    public void Stop(string? reason = null) => (IsStopped, StopReason) = (true, reason);

    /// <summary>
    /// Trains until all epochs are done: first restores the checkpoint if the options say so, then goes on from where that is.
    /// </summary>
    /// <returns><see cref="History"/>.</returns>
    /// <exception cref="MalformedFileException">The checkpoint is damaged, or of another network or run.</exception>
    /// <exception cref="NonFiniteException">A loss, a gradient or a parameter was NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The options' token said so.</exception>
    public History Run()
    {
        if (_options is { Resume: true, CheckpointPath: { } checkpoint } && File.Exists(checkpoint))
            Restore(checkpoint);
        (IsStopped, StopReason) = (false, null);
        if (_options.Schedule.Monitor is { } monitor)
            RequireMetric(monitor);
        foreach (var callback in _callbacks)
            callback.FitBegin(this);
        try
        {
            while (Epoch < Epochs && !IsFinished)
                RunEpoch();
        }
        finally
        {
            foreach (var callback in _callbacks)
                callback.FitEnd(this);
        }
        return History;
    }

    /// <summary>
    /// Does the next step of the epoch that has begun, or the first one of the next. Allocates nothing. While a device computes, the next
    /// batch of the epoch is read.
    /// </summary>
    /// <returns>How far the epoch is. After its last step, <see cref="FinishEpoch"/> is due.</returns>
    /// <exception cref="InvalidOperationException">The epoch has no more steps.</exception>
    /// <exception cref="NonFiniteException">The loss or a gradient is NaN or infinite. All is as before the step.</exception>
    public StepReport TrainStep()
    {
        if (StepInEpoch == StepsPerEpoch)
            throw new InvalidOperationException($"Epoch {Epoch + 1} has no more than {StepsPerEpoch} steps; finish it first.");
        if (_timestamp == 0)
            _timestamp = Stopwatch.GetTimestamp();
        _averages?.Hide();
        OrderSamples();
        var first = StepInEpoch * _samplesPerStep;
        var samples = Math.Min(_samplesPerStep, Samples - first);
        double batchLoss, norm;
        float learningRate;
        try
        {
            _updater.Begin();
            batchLoss = ComputeGradients(first, samples);
            norm = _updater.StepNorm();
            learningRate = LearningRateOf(Step);
            _updater.Move(norm, learningRate, Step + 1);
        }
        catch
        {
            // Another step than the next one may come.
            _feed.Forget();
            throw;
        }

        _averages?.Update(Step + 1, _untrained);

        _gradientNorm.Add(norm);
        StepInEpoch++;
        return new StepReport(
            Epoch + 1, first + samples, Samples, batchLoss, _loss.Value, _accuracy.Value, learningRate, norm, SecondsInEpoch);
    }

    /// <summary>Ends an epoch all of whose steps are done: validates, and adds to the history.</summary>
    /// <exception cref="InvalidOperationException">The epoch has more steps to do.</exception>
    /// <exception cref="NonFiniteException">The last step's update made a parameter NaN or infinite.</exception>
    public EpochResult FinishEpoch()
    {
        if (StepInEpoch < StepsPerEpoch)
            throw new InvalidOperationException($"Epoch {Epoch + 1} has done {StepInEpoch} of {StepsPerEpoch} steps.");
        if (!double.IsFinite(EuclideanNorm.Of(Network.Parameters)) && new NonFiniteSearch(Network).Parameter() is { } found)
            throw NonFinite("the update left what is not finite", StepInEpoch, found.Layer, found.Origin);
        var seconds = SecondsInEpoch;
        (_train as IPrefetchingDataset)?.EndPass();
        _averages?.Show();
        var validation = _validation?.Run(classNames: null, _options.Metrics);
        var result = new EpochResult(
            Epoch + 1,
            _loss.Value,
            _accuracy.Value,
            validation?.Loss ?? double.NaN,
            validation?.Accuracy ?? double.NaN,
            LearningRateOf(Step - 1),
            seconds)
        {
            GradientNorm = _gradientNorm.Value,
            ValidationMetrics = validation?.Metrics ?? MetricValues.None,
            Samples = Samples,
        };
        History.Add(result);
        Epoch++;
        StepInEpoch = 0;
        (_loss, _accuracy, _gradientNorm, _secondsBefore, _timestamp) = (default, default, default, 0, 0);
        return result;
    }

    /// <summary>Writes all state to a file, between any two steps: to a new file first, which then takes the old one's place.</summary>
    /// <param name="path">The file.</param>
    public void SaveCheckpoint(string path) =>
        CheckpointFile.Write(
            path,
            new Checkpoint
            {
                Run = DescribeRun(),
                Epoch = Epoch,
                StepInEpoch = StepInEpoch,
                Loss = _loss,
                Accuracy = _accuracy,
                GradientNorm = _gradientNorm,
                Seconds = SecondsInEpoch,
                History = History.Epochs,
                Parameters = _averages is null ? Network.Parameters.ToArray() : _averages.Weights.ToArray(),
                Slots = _updater.Slots,
            },
            _stateful);

    /// <summary>Takes all state from a file, or changes nothing if the file is not right.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">The file is damaged, or of another network or run.</exception>
    public void Restore(string path)
    {
        var checkpoint = CheckpointFile.Read(path, DescribeRun(), StepsPerEpoch);
        _averages?.Reset();
        checkpoint.Parameters.CopyTo(Network.Parameters);
        Network.ParametersChanged();
        _updater.Restore(checkpoint.Slots);
        Epoch = checkpoint.Epoch;
        StepInEpoch = checkpoint.StepInEpoch;
        (_loss, _accuracy, _gradientNorm) = (checkpoint.Loss, checkpoint.Accuracy, checkpoint.GradientNorm);
        (_secondsBefore, _timestamp) = (checkpoint.Seconds, 0);
        History.Replace(checkpoint.History);
        RestoreStates(checkpoint.States);
        // The epoch may go on at another step than the one that data was made ready for.
        _orderedEpoch = -1;
        if (StepInEpoch == 0)
            _averages?.Show();
    }

    /// <summary>Makes sure that epochs will have a metric: for callbacks, to say so at the beginning of a run and not at its end.</summary>
    /// <param name="metric">The metric.</param>
    /// <exception cref="InvalidOperationException">It is of the validation set, or an accuracy, and there is none.</exception>
    public void RequireMetric(Metric metric)
    {
        if (metric.IsOfValidation && _validation is null)
            throw new InvalidOperationException($"'{metric.Name}' is of the validation set, and there is none: set FitOptions.Validation.");
        if (metric.BareName == Metric.Accuracy.Name && !_scoring.HasAccuracy)
            throw new InvalidOperationException($"'{metric.Name}': the loss {Network.Definition.Loss} knows no right and wrong.");
        if (metric.Measured is { } name && _options.Metrics.All(m => m.Name != name))
            throw new InvalidOperationException($"'{metric.Name}' is not measured: add it to FitOptions.Metrics.");
    }

    /// <summary>Gives memory and threads back. The network stays.</summary>
    public void Dispose()
    {
        (_train as IPrefetchingDataset)?.EndPass();
        _updater.Dispose();
        _session.Dispose();
        _validation?.Dispose();
    }

    private double SecondsInEpoch => _secondsBefore + (_timestamp == 0 ? 0 : Stopwatch.GetElapsedTime(_timestamp).TotalSeconds);

    private void RunEpoch()
    {
        while (StepInEpoch < StepsPerEpoch)
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            var report = TrainStep();
            foreach (var callback in _callbacks)
                callback.StepEnd(this, report);
        }
        var result = FinishEpoch();
        foreach (var callback in _callbacks)
            callback.EpochEnd(this, result);
    }

    // Checkpoints come last, so that they hold what the others made of an epoch.
    private static IFitCallback[] Order(FitOptions options)
    {
        var callbacks = new List<IFitCallback>(options.Callbacks.Where(c => c is not ModelCheckpoint));
        if (options.Progress is { } progress)
            callbacks.Add(progress);
        if (options.CheckpointPath is { } path)
            callbacks.Add(new ModelCheckpoint(path, every: options.CheckpointEvery));
        callbacks.AddRange(options.Callbacks.Where(c => c is ModelCheckpoint));
        return [.. callbacks];
    }

    // By name, and callbacks of the same name in their order.
    private void RestoreStates(IReadOnlyList<(string Name, byte[] State)> states)
    {
        var waiting = _stateful.Where(c => c.StateName is not null).ToList();
        foreach (var (name, state) in states)
        {
            var at = waiting.FindIndex(c => c.StateName == name);
            if (at < 0)
                continue;
            waiting[at].RestoreState(state);
            waiting.RemoveAt(at);
        }
    }

    private void OrderSamples()
    {
        if (_orderedEpoch == Epoch)
            return;
        _feed.Forget();
        for (var i = 0; i < _order.Length; i++)
            _order[i] = i;
        if (_options.Shuffle)
        {
            var random = RandomStreams.Create(_options.Seed, (ulong)Epoch);
            random.Shuffle(_order);
        }
        if (_train is IPrefetchingDataset prefetching)
        {
            var seed = RandomStreams.Create(_options.Seed, FirstSampleStream + (ulong)Epoch).NextUInt64();
            prefetching.BeginPass(_order.AsSpan(StepInEpoch * _samplesPerStep), BatchSize, seed);
        }
        _orderedEpoch = Epoch;
    }

    private NonFiniteException Diverged(double loss, ReadOnlySpan<int> samples)
    {
        _updater.ShowGradients();
        var (layer, origin) = new NonFiniteSearch(Network).Step(_session, _feed.Current, samples, _updater.Undo);
        var what = double.IsFinite(loss) ? "a gradient is not finite" : FormattableString.Invariant($"the loss is {loss}");
        return NonFinite(what, StepInEpoch + 1, layer, origin);
    }

    private NonFiniteException NonFinite(string what, int step, string? layer, string origin) =>
        new(Network.Definition.Name, Epoch + 1, step, what, layer, origin);

    private float LearningRateOf(long step) =>
        Optimizer.LearningRate * _options.Schedule.Factor(new TrainingPosition(step, StepsPerEpoch, Epochs) { History = History });

    /// <summary>
    /// Computes the mean gradients of a step's samples, batch by batch if they are accumulated, and adds what the epoch's means come from.
    /// </summary>
    /// <param name="first">The place of the step's first sample in the epoch.</param>
    /// <param name="count">How many samples it has.</param>
    /// <returns>The mean loss.</returns>
    private double ComputeGradients(int first, int count)
    {
        var random = RandomStreams.Create(_options.Seed, FirstStepStream + (ulong)Step);
        var (loss, accuracy) = (_loss, _accuracy);
        RunningMean stepLoss = default;
        for (var done = 0; done < count; done += BatchSize)
        {
            var end = first + Math.Min(done + BatchSize, count);
            ReadOnlySpan<int> batch = _order.AsSpan((first + done)..end);
            _feed.Begin(batch, (uint)random.NextUInt64());
            // Steps of several batches end where batches do, or with the epoch.
            _feed.Prefetch(_order.AsSpan(end, Math.Min(BatchSize, Samples - end)));
            _session.Finish();

            RunningMean batchLoss = default;
            batchLoss.Add(_session.Losses);
            if (!double.IsFinite(batchLoss.Value) || !double.IsFinite(_updater.BatchNorm()))
                throw Diverged(batchLoss.Value, batch);
            _updater.Accumulate((float)((double)batch.Length / count), isFirst: done == 0);
            stepLoss.Add(_session.Losses);
            loss.Add(_session.Losses);
            _scoring.AddAccuracy(_session.Predictions, _feed.Current, ref accuracy);
        }
        (_loss, _accuracy) = (loss, accuracy);
        return stepLoss.Value;
    }

    private RunDescription DescribeRun() =>
        new(
            Network.Definition.StructuralHashText,
            Network.Parameters.Length,
            Optimizer.Name,
            Optimizer.SlotCount,
            _options.Seed,
            _options.Shuffle,
            BatchSize,
            AccumulationSteps,
            Samples,
            _data ??= _feed.Current.Fingerprint());
}
