namespace NetCompiler.Gpu;

/// <summary>A network that is run.</summary>
/// <param name="Name">What it is called in tables, and in what peers are told of it.</param>
/// <param name="Create">Makes it.</param>
/// <param name="Batches">The batches that it predicts.</param>
/// <param name="TrainingBatch">The batch that it is trained with.</param>
internal sealed record Subject(string Name, Func<Network> Create, int[] Batches, int TrainingBatch)
{
    /// <summary>Whether it has so many layers that what is rounded in one of them is lost sight of in others.</summary>
    public bool IsDeep { get; init; }

    /// <summary>The precisions that it is run in.</summary>
    public Precision[] Precisions { get; init; } = [Precision.Default];
}
