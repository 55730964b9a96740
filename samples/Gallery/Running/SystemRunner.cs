using System.Diagnostics;
using Gallery.Data;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Running;

/// <summary>Finds the systems, and runs them to their pages.</summary>
/// <param name="options">Where data and pages are, and how large runs are.</param>
/// <param name="log">Where progress goes.</param>
internal sealed class SystemRunner(GalleryOptions options, TextWriter log)
{
    private readonly Expectations _expectations = Expectations.Load();

    /// <summary>All systems of this program, in the order of their numbers.</summary>
    public static IReadOnlyList<ISystem> Systems { get; } =
    [
        .. typeof(ISystem).Assembly.GetTypes()
            .Where(t => t.IsClass && !t.IsAbstract && t.IsAssignableTo(typeof(ISystem)))
            .Select(t => (ISystem)Activator.CreateInstance(t)!)
            .OrderBy(s => s.Number),
    ];

    /// <summary>Runs a system and saves its page.</summary>
    /// <param name="system">The system.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public SystemRow Run(ISystem system, CancellationToken cancellationToken = default)
    {
        log.WriteLine(Invariant($"{system.Number}. {system.Title}"));
        Directory.CreateDirectory(options.Output);
        var data = new GalleryData(options.Data, options.Quick);
        var context = new SystemContext(data, options, log, cancellationToken);
        var clock = Stopwatch.StartNew();
        var result = system.Run(context);
        var row = new SystemRow(
            system,
            result.Scores,
            _expectations.Of(system.Name),
            data.Sources,
            clock.Elapsed.TotalSeconds,
            IsJudged: !options.Quick && data.IsReal);
        foreach (var source in data.Sources)
            log.WriteLine($"  data: {source}");
        foreach (var score in row.Scores)
            log.WriteLine($"  {score.Name}: {score.Text} (wanted {row.Wanted(score)})");
        log.WriteLine(Invariant($"  {row.Verdict}, {row.Seconds:F1} s, {Path.Combine(options.Output, row.Page)}"));
        Page(row, result.Sections).Save(Path.Combine(options.Output, row.Page));
        return row;
    }

    /// <summary>Runs a system; what goes wrong with it is told in its row.</summary>
    /// <param name="system">The system.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public SystemRow Try(ISystem system, CancellationToken cancellationToken)
    {
        try
        {
            return Run(system, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The others still run, and the row says it; the stack is for whoever mends it.
            log.WriteLine($"  failed: {e}");
            return new SystemRow(system, [], _expectations.Of(system.Name), [], 0, IsJudged: false, e.Message);
        }
    }

    private HtmlReport Page(SystemRow row, IReadOnlyList<IReportElement> sections)
    {
        var report = new HtmlReport(Invariant($"{row.System.Number}. {row.System.Title}"), row.System.Shows);
        report.Add(new KeyFigures([.. row.Scores.Select(s => (s.Name, s.Text))]));
        report.Add(new FactList(
        [
            .. row.Data.Select(d => ("Data", d)),
            .. row.Scores.Where(s => row.Expected(s) is not null).Select(s => ("Wanted", $"{s.Name} {row.Wanted(s)}")),
            ("Run", options.Quick ? "reduced: seconds, and figures that say nothing" : "in full"),
            ("Seed", Invariant($"{options.Seed}")),
        ]));
        foreach (var section in sections)
            report.Add(section);
        return report;
    }
}
