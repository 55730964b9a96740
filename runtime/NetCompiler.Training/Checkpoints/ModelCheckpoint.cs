using System.Globalization;

namespace NetCompiler.Training;

/// <summary>
/// Writes checkpoints at the ends of epochs and keeps the best of them by a metric, one or several; by the epoch's number, that is the
/// last ones. Any of them holds all that a run needs to go on to the same bits (<see cref="Trainer.Restore"/>).
/// </summary>
/// <example>
/// <code>
/// new ModelCheckpoint("run/last.checkpoint")
/// new ModelCheckpoint("run/best.checkpoint", Metric.ValidationLoss)
/// new ModelCheckpoint("run/{epoch}-{value}.checkpoint", Metric.ValidationAccuracy, keep: 3)
/// </code>
/// </example>
/// <remarks>
/// Files appear whole or not at all, and one that is no longer among the best goes only when the one that takes its place is written.
/// A run that resumes knows from its history which files it has kept, as far as they are still there. Among callbacks the trainer
/// tells this one last, so that a checkpoint holds what all others made of the epoch.
/// </remarks>
public sealed class ModelCheckpoint : IFitCallback
{
    private const string EpochPlace = "{epoch}";
    private const string ValuePlace = "{value}";

    private readonly string _path;
    private readonly int _every;

    // From the best to the worst.
    private readonly List<(EpochResult Epoch, string Path)> _kept = [];

    /// <summary>Chooses what is kept, and where.</summary>
    /// <param name="path">
    /// The file; the folder is made if there is none. <c>{epoch}</c> becomes the epoch's number with at least three digits,
    /// <c>{value}</c> the metric's value with six significant digits.
    /// </param>
    /// <param name="monitor">What epochs are compared by; null for their number: the later, the better.</param>
    /// <param name="keep">How many to keep, at least 1; for more than one, the path has to hold <c>{epoch}</c>.</param>
    /// <param name="every">After how many epochs to look, at least 1; the last epoch of the run is always looked at.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="ArgumentException">Several files would have the same name.</exception>
    public ModelCheckpoint(string path, Metric? monitor = null, int keep = 1, int every = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        if (keep > 1 && !path.Contains(EpochPlace, StringComparison.Ordinal))
            throw new ArgumentException($"To keep {keep} checkpoints, their path needs {EpochPlace} in it, found '{path}'.", nameof(path));
        (_path, Monitor, Keep, _every) = (path, monitor ?? Metric.Epoch, keep, every);
    }

    /// <summary>What epochs are compared by.</summary>
    public Metric Monitor { get; }

    /// <summary>How many are kept.</summary>
    public int Keep { get; }

    /// <summary>The files that are kept now, the best one first.</summary>
    public IReadOnlyList<string> Paths => [.. _kept.Select(k => k.Path)];

    /// <inheritdoc/>
    public void FitBegin(Trainer trainer)
    {
        trainer.RequireMetric(Monitor);
        if (Path.GetDirectoryName(Path.GetFullPath(_path)) is { } folder)
            Directory.CreateDirectory(folder);
        _kept.Clear();
        foreach (var epoch in trainer.History.Epochs)
        {
            if (IsLookedAt(epoch, isLast: epoch.Epoch == trainer.Epoch) && Rank(epoch) is >= 0 and var rank)
                Insert(rank, epoch);
        }
        _kept.RemoveAll(k => !File.Exists(k.Path));
    }

    /// <inheritdoc/>
    public void EpochEnd(Trainer trainer, EpochResult result)
    {
        if (!IsLookedAt(result, trainer.IsFinished) || Rank(result) is not (>= 0 and var rank))
            return;
        trainer.SaveCheckpoint(PathOf(result));
        foreach (var dropped in Insert(rank, result))
            File.Delete(dropped);
    }

    private bool IsLookedAt(EpochResult epoch, bool isLast) => epoch.Epoch % _every == 0 || isLast;

    /// <summary>Where an epoch stands among those that are kept; −1 where it is not as good as any, and there is no room.</summary>
    private int Rank(EpochResult epoch)
    {
        var value = Monitor.Of(epoch);
        var rank = _kept.FindIndex(k => Monitor.IsBetter(value, Monitor.Of(k.Epoch)));
        return rank >= 0 ? rank : _kept.Count < Keep ? _kept.Count : -1;
    }

    /// <summary>Takes an epoch among those that are kept, and gives the files that are no longer.</summary>
    private List<string> Insert(int rank, EpochResult epoch)
    {
        var path = PathOf(epoch);
        _kept.Insert(rank, (epoch, path));
        var dropped = _kept.Skip(Keep).Select(k => k.Path).Where(p => p != path).ToList();
        _kept.RemoveRange(Math.Min(Keep, _kept.Count), Math.Max(0, _kept.Count - Keep));
        return dropped;
    }

    private string PathOf(EpochResult epoch) => _path
        .Replace(EpochPlace, epoch.Epoch.ToString("D3", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace(ValuePlace, Monitor.Of(epoch).ToString("G6", CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
