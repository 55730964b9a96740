namespace NetCompiler.Fuzz.Fuzzing;

/// <summary>What became of the cases of a format.</summary>
public sealed class FuzzReport
{
    private readonly SortedDictionary<string, long> _refusals = new(StringComparer.Ordinal);
    private readonly List<FuzzFailure> _failures = [];

    /// <summary>Failures that are kept with their files; the others are only counted.</summary>
    public const int MostFailures = 20;

    /// <summary>The format.</summary>
    public required string Target { get; init; }

    /// <summary>Cases that have run.</summary>
    public long Cases { get; private set; }

    /// <summary>Files that were read.</summary>
    public long Answers { get; private set; }

    /// <summary>Files that were refused, by the type of exception.</summary>
    public IReadOnlyDictionary<string, long> Refusals => _refusals;

    /// <summary>Cases that failed.</summary>
    public long FailureCount { get; private set; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<FuzzFailure> Failures => _failures;

    /// <summary>The largest memory of a case, in bytes: everything that was allocated while it ran, whether or not it was let go.</summary>
    public long WorstMemory { get; private set; }

    /// <summary>The largest part of the limit of memory that a case took.</summary>
    public double WorstMemoryShare { get; private set; }

    /// <summary>The longest case.</summary>
    public TimeSpan WorstTime { get; private set; }

    internal void AddAnswer() => Answers++;

    internal void AddRefusal(Exception exception)
    {
        var name = exception.GetType().Name;
        _refusals[name] = _refusals.GetValueOrDefault(name) + 1;
    }

    internal void AddFailure(FuzzFailure failure)
    {
        FailureCount++;
        if (_failures.Count < MostFailures)
            _failures.Add(failure);
    }

    internal void AddMeasurement(long memory, long limit, TimeSpan time)
    {
        Cases++;
        WorstMemory = Math.Max(WorstMemory, memory);
        WorstMemoryShare = Math.Max(WorstMemoryShare, (double)memory / limit);
        if (time > WorstTime)
            WorstTime = time;
    }
}
