using Gallery.Data;
using NetCompiler.Training;

namespace Gallery.Running;

/// <summary>What a system is run with.</summary>
/// <param name="data">Where data is from.</param>
/// <param name="options">How large the run is, its seed and its threads.</param>
/// <param name="log">Where progress goes.</param>
/// <param name="cancellationToken">Ends the run.</param>
internal sealed class SystemContext(GalleryData data, GalleryOptions options, TextWriter log, CancellationToken cancellationToken)
{
    /// <summary>Where data is from.</summary>
    public GalleryData Data { get; } = data;

    /// <summary>Whether the run is a reduced one: seconds, and figures that say nothing.</summary>
    public bool Quick { get; } = options.Quick;

    /// <summary>Decides on weights, orders and whatever else is drawn.</summary>
    public ulong Seed { get; } = options.Seed;

    /// <summary>Threads that share the work; the result is the same with any number.</summary>
    public int Threads { get; } = options.Threads;

    /// <summary>Where progress goes.</summary>
    public TextWriter Log { get; } = log;

    /// <summary>Ends the run.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>A number that is smaller in a reduced run.</summary>
    /// <param name="full">What it is in full.</param>
    /// <param name="quick">What it is in a reduced run.</param>
    public int Size(int full, int quick) => Quick ? quick : full;

    /// <summary>Options for <c>Fit</c>, which log their progress.</summary>
    /// <param name="batchSize">Samples of a step.</param>
    public FitOptions Fitting(int batchSize = 64) => new()
    {
        BatchSize = batchSize,
        Seed = Seed,
        Threads = Threads,
        Progress = new PlainProgress(Log),
        CancellationToken = CancellationToken,
    };

    /// <summary>Says how far a run is.</summary>
    /// <param name="line">A line of text.</param>
    public void Say(FormattableString line)
    {
        CancellationToken.ThrowIfCancellationRequested();
        Log.WriteLine("  " + FormattableString.Invariant(line));
    }
}
