namespace NetCompiler.Fuzz.Fuzzing;

/// <summary>A case that is neither an answer nor a clear exception, or took too much.</summary>
/// <param name="Case">Its number.</param>
/// <param name="Reason">What happened.</param>
/// <param name="Data">The file that did it.</param>
public sealed record FuzzFailure(long Case, string Reason, byte[] Data);
