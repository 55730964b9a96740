namespace NetCompiler.Training.Data;

/// <summary>How a <see cref="DataLoader"/> loads.</summary>
public sealed record DataLoaderOptions
{
    /// <summary>What is done to the samples of a pass that has a seed, one after the other. Samples are then pictures (C, H, W).</summary>
    public IReadOnlyList<IAugmentation> Augmentations { get; init; } = [];

    /// <summary>Threads that load in the background, at least 1. Their number does not change the samples' bits.</summary>
    public int Threads { get; init; } = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>How many batches may be ready or being loaded at a time, at least 1: what memory is taken for.</summary>
    public int QueueLength { get; init; } = 4;
}
