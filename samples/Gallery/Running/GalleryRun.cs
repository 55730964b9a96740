using System.Text.Json;
using NetCompiler.Runtime;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Running;

/// <summary>All systems one after the other: a table, <c>results.json</c>, and <c>index.html</c> that links their pages.</summary>
internal static class GalleryRun
{
    /// <summary>Runs all systems.</summary>
    /// <param name="options">Where data and pages are, and how large runs are.</param>
    /// <param name="log">Where progress and the table go.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <param name="systems">Which systems; null for all of this program.</param>
    /// <returns>The exit status: 0, or 1 where a system failed or falls short.</returns>
    public static int Run(
        GalleryOptions options, TextWriter log, CancellationToken cancellationToken, IReadOnlyList<ISystem>? systems = null)
    {
        var runner = new SystemRunner(options, log);
        var rows = new List<SystemRow>();
        foreach (var system in systems ?? SystemRunner.Systems)
        {
            rows.Add(runner.Try(system, cancellationToken));
            // After each, so that a run that is ended leaves what there is.
            WriteResults(Path.Combine(options.Output, "results.json"), rows);
            Index(rows, options).Save(Path.Combine(options.Output, "index.html"));
        }
        log.WriteLine();
        WriteTable(rows, log);
        return rows.Any(r => r.FallsShort) ? 1 : 0;
    }

    /// <summary>Writes a line for each figure.</summary>
    /// <param name="rows">The systems.</param>
    /// <param name="log">Where to.</param>
    public static void WriteTable(IReadOnlyList<SystemRow> rows, TextWriter log)
    {
        log.WriteLine($"{"#",2}  {"system",-12} {"figure",-56} {"reached",10} {"wanted",12} {"time",8}  verdict");
        foreach (var row in rows)
        {
            var time = Invariant($"{row.Seconds:F1} s");
            if (row.Failure is not null)
                log.WriteLine(Invariant($"{row.System.Number,2}  {row.System.Name,-12} {"–",-56} {"–",10} {"–",12} {"–",8}  {row.Verdict}"));
            foreach (var score in row.Scores)
            {
                var isFirst = ReferenceEquals(score, row.Scores[0]);
                log.WriteLine(Invariant(
                    $"{(isFirst ? Invariant($"{row.System.Number}") : ""),2}  {(isFirst ? row.System.Name : ""),-12} {score.Name,-56} {score.Text,10} {row.Wanted(score),12} {(isFirst ? time : ""),8}  {(isFirst ? row.Verdict : "")}"));
            }
        }
        var verdicts = Verdicts(rows).Select(v => Invariant($"{v.Count} {v.Verdict}"));
        log.WriteLine(Invariant($"{rows.Count} systems: {string.Join(", ", verdicts)}; {rows.Sum(r => r.Seconds):F0} s in all"));
    }

    // What is said of how many systems, each verdict where it first occurs.
    private static IEnumerable<(string Verdict, int Count)> Verdicts(IReadOnlyList<SystemRow> rows) =>
        rows.GroupBy(row => row.Verdict).Select(group => (group.Key, group.Count()));

    private static void WriteResults(string path, IReadOnlyList<SystemRow> rows) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartArray();
        foreach (var row in rows)
        {
            json.WriteStartObject();
            json.WriteNumber("number", row.System.Number);
            json.WriteString("system", row.System.Name);
            json.WriteString("title", row.System.Title);
            json.WriteString("verdict", row.Verdict);
            json.WriteNumber("seconds", Math.Round(row.Seconds, 1));
            json.WriteStartArray("data");
            foreach (var source in row.Data)
                json.WriteStringValue(source);
            json.WriteEndArray();
            json.WriteStartArray("figures");
            foreach (var score in row.Scores)
            {
                json.WriteStartObject();
                json.WriteString("figure", score.Name);
                if (double.IsFinite(score.Value))
                    json.WriteNumber("reached", score.Value);
                else
                    json.WriteNull("reached");
                json.WriteString("wanted", row.Wanted(score));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (row.Failure is not null)
                json.WriteString("failure", row.Failure);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static HtmlReport Index(IReadOnlyList<SystemRow> rows, GalleryOptions options)
    {
        var table = new DataTable("#", "System", "Figure", "Reached", "Wanted", "Time", "Verdict");
        foreach (var row in rows)
        {
            var figure = row.Scores.Count > 0 ? row.Scores[0] : null;
            table.AddRow(
                Invariant($"{row.System.Number}"),
                row.System.Title,
                figure?.Name ?? "–",
                figure?.Text ?? "–",
                figure is null ? "–" : row.Wanted(figure),
                Invariant($"{row.Seconds:F1} s"),
                row.Verdict);
        }
        return new HtmlReport("The gallery", "Every system of a course on convolutional networks, declared, compiled and run by NetCompiler")
            .Add(new KeyFigures(
            [
                ("systems", Invariant($"{rows.Count}")),
                .. Verdicts(rows).Select(v => (v.Verdict, Invariant($"{v.Count}"))),
                ("time", Invariant($"{rows.Sum(r => r.Seconds):F0} s")),
                ("run", options.Quick ? "reduced" : "in full"),
            ]))
            .Add(new ReportSection("Systems").Add(table))
            .Add(new ReportSection("Pages").Add(new LinkList(
                [.. rows.Where(r => r.Failure is null).Select(r => new Link(Invariant($"{r.System.Number}. {r.System.Title}"), r.Page, r.System.Shows))])));
    }
}
