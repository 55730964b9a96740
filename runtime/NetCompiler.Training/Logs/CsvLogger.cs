using System.Globalization;
using System.Text;
using NetCompiler.Runtime;

namespace NetCompiler.Training;

/// <summary>
/// Writes a row of comma-separated values for every epoch, under a header: <c>epoch</c> and the metrics by their names; numbers so that
/// they read back to the same bits, with a point, and nothing where an epoch has no value. The row is in the file when the epoch ends.
/// </summary>
/// <remarks>
/// A new run begins a new file. One that resumes writes those rows again that its history has, so that epochs after the checkpoint,
/// which will be done again, do not stand there twice.
/// </remarks>
public sealed class CsvLogger : IFitCallback
{
    private readonly string _path;
    private readonly IReadOnlyList<Metric>? _metrics;
    private IReadOnlyList<Metric> _columns = [];

    /// <summary>Chooses the file and its columns.</summary>
    /// <param name="path">The file; its folder is made if there is none.</param>
    /// <param name="metrics">The columns after that of the epoch; null for <see cref="Trainer.Metrics"/>.</param>
    public CsvLogger(string path, IReadOnlyList<Metric>? metrics = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (_path, _metrics) = (path, metrics);
    }

    /// <inheritdoc/>
    public void FitBegin(Trainer trainer)
    {
        _columns = [Metric.Epoch, .. _metrics ?? trainer.Metrics];
        if (Path.GetDirectoryName(Path.GetFullPath(_path)) is { } folder)
            Directory.CreateDirectory(folder);
        var text = new StringBuilder().AppendJoin(',', _columns.Select(m => Quote(m.Name))).Append('\n');
        foreach (var epoch in trainer.History.Epochs)
            text.Append(Row(epoch));
        AtomicFile.Write(_path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <inheritdoc/>
    public void EpochEnd(Trainer trainer, EpochResult result) => File.AppendAllText(_path, Row(result));

    private string Row(EpochResult epoch) => string.Join(',', _columns.Select(m => Cell(m.Of(epoch)))) + "\n";

    private static string Cell(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    // RFC 4180.
    private static string Quote(string name) =>
        name.AsSpan().IndexOfAny(",\"\r\n") < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
