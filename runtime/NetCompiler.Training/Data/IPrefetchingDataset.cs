namespace NetCompiler.Training.Data;

/// <summary>
/// A data set that is told what it will be asked for next, so that it can make batches ready in advance, and samples that differ from
/// one pass to the next.
/// </summary>
/// <remarks>Between two passes it gives its samples as they are, as any data set.</remarks>
public interface IPrefetchingDataset : IDataset
{
    /// <summary>Begins a pass, in place of the one before it.</summary>
    /// <param name="order">Which samples will be asked for, in which order.</param>
    /// <param name="batchSize">How many at a time, at least 1; what is left at last.</param>
    /// <param name="seed">Decides on what is random about the samples; null for samples as they are.</param>
    void BeginPass(ReadOnlySpan<int> order, int batchSize, ulong? seed);

    /// <summary>Ends the pass, if there is one.</summary>
    void EndPass();
}
