namespace NetCompiler.Testing;

/// <summary>A text is not the one that a test's verified file holds.</summary>
/// <param name="message">Which lines differ, or where the text is to be found.</param>
public sealed class SnapshotException(string message) : Exception(message);
