namespace NetCompiler.Fuzz;

/// <summary>What the command line says.</summary>
/// <param name="Formats">The formats.</param>
/// <param name="First">The first case.</param>
/// <param name="Count">Cases of each format.</param>
/// <param name="Seed">The seed of all cases.</param>
/// <param name="Duration">How long to run in all; null for no limit.</param>
/// <param name="CaseTime">How long a case may run.</param>
/// <param name="File">A file to read instead of cases.</param>
/// <param name="Output">Where files go that fail.</param>
internal sealed record FuzzOptions(
    IReadOnlyList<string> Formats,
    long First,
    long Count,
    ulong Seed,
    TimeSpan? Duration,
    TimeSpan CaseTime,
    FileInfo? File,
    DirectoryInfo Output);
