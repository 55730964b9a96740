namespace NetCompiler.Training;

/// <summary>What has to be the same for a run to go on from a checkpoint to the same bits.</summary>
/// <param name="Network">The structural hash of the network.</param>
/// <param name="ParameterCount">Floats of the network's parameters.</param>
/// <param name="Optimizer">The optimiser's name.</param>
/// <param name="SlotCount">Floats that the optimiser remembers for each parameter.</param>
/// <param name="Seed">The seed of order and dropout.</param>
/// <param name="Shuffle">Whether samples are shuffled.</param>
/// <param name="BatchSize">Samples that are computed at a time.</param>
/// <param name="AccumulationSteps">Batches of a step.</param>
/// <param name="Samples">Samples of the training set.</param>
/// <param name="Data">A mark by which the training set is known again.</param>
internal sealed record RunDescription(
    string Network,
    int ParameterCount,
    string Optimizer,
    int SlotCount,
    ulong Seed,
    bool Shuffle,
    int BatchSize,
    int AccumulationSteps,
    int Samples,
    string Data);
