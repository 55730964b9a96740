namespace NetCompiler.Fuzz.Fuzzing;

/// <summary>A reader gave an answer, or refused a file, and broke what its documentation says of that.</summary>
/// <param name="message">What it did.</param>
public sealed class BrokenPromiseException(string message) : Exception(message);
