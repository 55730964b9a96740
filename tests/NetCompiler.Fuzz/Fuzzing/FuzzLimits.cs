namespace NetCompiler.Fuzz.Fuzzing;

/// <summary>What reading a file may take.</summary>
/// <param name="Time">How long a case may run. Generous: it finds loops that do not end, not readers that are slow.</param>
/// <param name="SizeFactor">Bytes of memory for each byte of the file.</param>
/// <param name="FixedBytes">Bytes of memory whatever the file's size.</param>
public sealed record FuzzLimits(TimeSpan Time, double SizeFactor, long FixedBytes)
{
    /// <summary>Five seconds, and twice the file's size and 16 MB.</summary>
    public static FuzzLimits Default { get; } = new(TimeSpan.FromSeconds(5), 2, 16 << 20);

    /// <summary>The most memory for a file.</summary>
    public long MemoryFor(long size) => (long)(size * SizeFactor) + FixedBytes;
}
