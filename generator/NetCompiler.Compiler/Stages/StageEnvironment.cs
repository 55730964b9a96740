using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Stages;

/// <summary>What an implementation has to know of where a stage runs: how its values lie in memory, and how many samples at once.</summary>
/// <param name="Layouts">The layout of each value that the stage reads or writes.</param>
/// <param name="ChunkSize">The largest number of samples of a chunk.</param>
/// <param name="Options">How passes run, for stages that are made of stages; null for the default.</param>
/// <param name="RepeatedBytes">
/// Inside of a scan, bytes of all that each step reads again and that belongs to no sample: its stages' weights; null outside.
/// </param>
public sealed record StageEnvironment(
    IReadOnlyDictionary<Value, Layout> Layouts, int ChunkSize, PassOptions? Options = null, long? RepeatedBytes = null)
{
    /// <summary>True inside of a scan, where values may lie elsewhere in every step.</summary>
    public bool IsRepeated => RepeatedBytes is not null;
}
