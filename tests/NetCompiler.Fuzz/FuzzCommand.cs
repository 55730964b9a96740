using System.Diagnostics;
using System.Text;
using NetCompiler.Fuzz.Fuzzing;
using NetCompiler.Fuzz.Targets;
using NetCompiler.Runtime;
using Spectre.Console;
using static System.FormattableString;

namespace NetCompiler.Fuzz;

/// <summary>Runs the formats' cases, keeps the files that fail, and shows what became of all.</summary>
internal static class FuzzCommand
{
    private const string Project = "dotnet run -c Release --project tests/NetCompiler.Fuzz --";

    public static int Run(FuzzOptions options)
    {
        var clock = Stopwatch.StartNew();
        var reports = new List<FuzzReport>();
        foreach (var name in options.Formats)
        {
            using var target = FuzzTargets.Create(name);
            var report = Run(target, options, options.Duration - clock.Elapsed);
            reports.Add(report);
            foreach (var failure in report.Failures)
                Keep(target, options, failure);
        }

        Show(reports);
        var failures = reports.Sum(report => report.FailureCount);
        var cases = reports.Sum(report => report.Cases);
        using var process = Process.GetCurrentProcess();
        var (seconds, peak) = (clock.Elapsed.TotalSeconds, process.PeakWorkingSet64 / 1e6);
        Console.WriteLine(
            Invariant($"cases={cases} failures={failures} seconds={seconds:F1} seed={options.Seed} peak_working_set={peak:F0}MB"));
        return failures == 0 ? 0 : 1;
    }

    private static FuzzReport Run(IFuzzTarget target, FuzzOptions options, TimeSpan? duration)
    {
        var limits = FuzzLimits.Default with { Time = options.CaseTime };
        if (options.File is { } file)
            return new Fuzzer(target, options.Seed, limits).Run(File.ReadAllBytes(file.FullName));

        // If a case takes the whole process down, this file says which it was.
        options.Output.Create();
        var journal = Path.Combine(options.Output.FullName, $"{target.Name}.running");
        FuzzReport report;
        using (var handle = File.OpenHandle(journal, FileMode.Create, FileAccess.Write))
        {
            var fuzzer = new Fuzzer(target, options.Seed, limits)
            {
                CaseBegins = number =>
                    RandomAccess.Write(handle, Encoding.UTF8.GetBytes(Invariant($"--seed {options.Seed} --case {number,-20}\n")), 0),
            };
            report = fuzzer.Run(options.First, options.Count, duration);
        }

        File.Delete(journal);
        return report;
    }

    private static void Keep(IFuzzTarget target, FuzzOptions options, FuzzFailure failure)
    {
        var again = Invariant($"--format {target.Name} --seed {options.Seed} --case {failure.Case}");
        if (options.File is { } file)
        {
            again = $"--format {target.Name} --file {file.FullName}";
        }
        else
        {
            var path = Path.Combine(options.Output.FullName, Invariant($"{target.Name}-{options.Seed}-{failure.Case}{target.Extension}"));
            AtomicFile.Write(path, stream => stream.Write(failure.Data));
            Console.Error.WriteLine($"{path}:");
        }

        Console.Error.WriteLine($"  {failure.Reason.ReplaceLineEndings("\n  ")}");
        Console.Error.WriteLine($"  again: {Project} {again}");
    }

    private static void Show(List<FuzzReport> reports)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn("Format");
        foreach (var column in new[] { "Cases", "Answers", "Refusals", "Failures", "Worst memory", "of its limit", "Worst time" })
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        foreach (var report in reports)
        {
            table.AddRow(
                Markup.Escape(report.Target),
                Invariant($"{report.Cases:N0}"),
                Invariant($"{report.Answers:N0}"),
                string.Join('\n', report.Refusals.Select(refusal => Invariant($"{refusal.Value:N0} {refusal.Key}"))),
                Invariant($"{report.FailureCount:N0}"),
                Invariant($"{report.WorstMemory / 1e6:F2} MB"),
                Invariant($"{report.WorstMemoryShare:P0}"),
                Invariant($"{report.WorstTime.TotalMilliseconds:F1} ms"));
        }

        // Files and pipes get no control sequences, whatever the environment says of the terminal.
        var console = Console.IsOutputRedirected
            ? AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors })
            : AnsiConsole.Console;
        if (Console.IsOutputRedirected)
            console.Profile.Width = 140;
        console.Write(table);
    }
}
