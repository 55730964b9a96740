using NetCompiler.Training.Data;

namespace NetCompiler.Training;

/// <summary>How a network is trained.</summary>
public sealed record FitOptions
{
    /// <summary>Samples that are computed at a time, at least 1; the last batch of an epoch takes what is left.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>
    /// How many batches make one step of the optimiser, at least 1. Up to rounding, a step is that of a batch so many times larger, in
    /// the memory of one: schedules, reports and checkpoints count such steps. Two things are still done batch by batch: batch
    /// normalisation takes its statistics from each, and dropout draws other samples than it would in one batch.
    /// </summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>What the network is tried on after every epoch; null for nothing.</summary>
    public IDataset? Validation { get; init; }

    /// <summary>What is measured on the validation set beside loss and accuracy; for networks that tell classes apart.</summary>
    public IReadOnlyList<ClassificationMetric> Metrics { get; init; } = [];

    /// <summary>Decides on the order of the samples and on dropout. The same seed gives the same bits.</summary>
    public ulong Seed { get; init; }

    /// <summary>Threads that share the work, at least 1. Their number does not change the result's bits.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether every epoch has an order of its own, drawn from a stream of random numbers that seed and epoch decide on.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>How the learning rate changes.</summary>
    public ILearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>
    /// Parameters that are trained in another way than the rest; the first group that contains a parameter is the one that counts.
    /// </summary>
    public IReadOnlyList<ParameterGroup> ParameterGroups { get; init; } = [];

    /// <summary>The moving average of the weights that is evaluated and kept in place of the weights; null for none.</summary>
    public WeightAveraging? WeightAveraging { get; init; }

    /// <summary>What makes gradients smaller, such as <see cref="GradientClipping.ByNorm"/>; null for nothing.</summary>
    public IGradientClipping? GradientClipping { get; init; }

    /// <summary>Told of all that happens, in this order: logs, early stopping, further checkpoints.</summary>
    public IReadOnlyList<IFitCallback> Callbacks { get; init; } = [];

    /// <summary>Shows how far training is, such as <see cref="FitProgress.ForConsole()"/>; null for nothing.</summary>
    public IFitCallback? Progress { get; init; }

    /// <summary>
    /// The file that keeps all that a run needs to go on, that of the last epoch; null for none. <see cref="ModelCheckpoint"/> among
    /// the callbacks keeps the best ones.
    /// </summary>
    public string? CheckpointPath { get; init; }

    /// <summary>After how many epochs the checkpoint is written, at least 1; it is always written after the last one.</summary>
    public int CheckpointEvery { get; init; } = 1;

    /// <summary>Whether to go on from the checkpoint, if there is one, rather than from the beginning.</summary>
    public bool Resume { get; init; }

    /// <summary>Ends training between two steps, by an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }
}
