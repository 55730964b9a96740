namespace NetCompiler.Runtime;

/// <summary>The memory that a pass needs for activations, known at build time for the widest vectors.</summary>
/// <param name="Pass">What it is for: Predict, Train, or the name of a method.</param>
/// <param name="ChunkSize">How many samples are computed at a time.</param>
/// <param name="ChunkBytes">Bytes for these, for each thread that computes, and once more where threads compute a sample together.</param>
/// <param name="BatchBytes">Bytes for each sample of a batch: what is kept from one step to another, as batch normalisation has it.</param>
public sealed record PassMemory(string Pass, int ChunkSize, long ChunkBytes, long BatchBytes);
