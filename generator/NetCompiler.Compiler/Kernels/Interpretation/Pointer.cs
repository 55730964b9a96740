namespace NetCompiler.Compiler.Kernels.Interpretation;

/// <summary>A place in memory, in bytes from the memory's begin.</summary>
internal readonly record struct Pointer(MemoryView View, long Offset);
