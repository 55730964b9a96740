namespace NetCompiler.Training.Data;

/// <summary>A sample could not be loaded or augmented; the inner exception says why.</summary>
public sealed class SampleLoadException : IOException
{
    internal SampleLoadException(int index, string name, Exception innerException)
        : base($"{name} cannot be loaded: {innerException.Message}", innerException) =>
        (Index, SampleName) = (index, name);

    /// <summary>Which sample of the data set.</summary>
    public int Index { get; }

    /// <summary>What the data set calls it.</summary>
    public string SampleName { get; }
}
