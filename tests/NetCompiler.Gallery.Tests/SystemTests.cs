using System.Text.Json;
using Gallery.Running;

namespace NetCompiler.Gallery.Tests;

/// <summary>Every system, at a reduced size, without data sets.</summary>
public class SystemTests
{
    public static TheoryData<string> Names => [.. SystemRunner.Systems.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void EverySystemRunsToItsPage(string name)
    {
        using var folder = new TemporaryFolder();
        var log = new StringWriter();
        var row = Run(name, folder, log);

        Assert.NotEmpty(row.Scores);
        Assert.All(row.Scores, s => Assert.True(double.IsFinite(s.Value), $"{s.Name} is {s.Value}"));
        Assert.Equal(row.Scores.Count, row.Scores.Select(s => s.Name).Distinct().Count());
        // Whether data was found or made is said, in the log and on the page.
        Assert.NotEmpty(row.Data);
        Assert.All(row.Data, d => Assert.Contains(d, log.ToString(), StringComparison.Ordinal));
        var page = File.ReadAllText(Path.Combine(folder.Path, row.Page));
        Assert.Contains($"<h1>{row.System.Number}. ", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.All(row.Scores, s => Assert.Contains(s.Text, page, StringComparison.Ordinal));
        Assert.Equal("not judged", row.Verdict);
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("gcn")]
    [InlineData("seq2seq")]
    public void TheSameSeedGivesTheSameFiguresWithAnyNumberOfThreads(string name)
    {
        using var folder = new TemporaryFolder();
        var one = Run(name, folder, TextWriter.Null, threads: 1);
        var three = Run(name, folder, TextWriter.Null, threads: 3);

        Assert.Equal(one.Scores, three.Scores);
    }

    [Fact]
    public void NumbersAndNamesAreOfOneSystemEach()
    {
        Assert.Equal(SystemRunner.Systems.Count, SystemRunner.Systems.Select(s => s.Number).Distinct().Count());
        Assert.Equal(SystemRunner.Systems.Count, SystemRunner.Systems.Select(s => s.Name).Distinct().Count());
        Assert.Equal(SystemRunner.Systems.OrderBy(s => s.Number), SystemRunner.Systems);
    }

    [Fact]
    public void ThereIsAThresholdForEverySystem()
    {
        var expectations = Expectations.Load();

        Assert.All(SystemRunner.Systems, s => Assert.NotEmpty(expectations.Of(s.Name)));
    }

    [Fact]
    public void FiguresThatFallShortAreTold()
    {
        var system = SystemRunner.Systems[0];
        var row = new SystemRow(system, [new Score("accuracy", 0.9)], [new Expectation("accuracy", 0.95, IsLeast: true)], [], 1, IsJudged: true);

        Assert.True(row.FallsShort);
        Assert.Equal("≥ 95.00%", row.Wanted(row.Scores[0]));
        Assert.False((row with { Scores = [new Score("accuracy", 0.95)] }).FallsShort);
        Assert.True((row with { Scores = [new Score("accuracy", double.NaN)] }).FallsShort);
        // A figure that is wanted and not there falls short, as does a system that nothing is wanted of.
        Assert.True((row with { Scores = [] }).FallsShort);
        Assert.True((row with { Expectations = [] }).FallsShort);
        Assert.False((row with { IsJudged = false }).FallsShort);
        Assert.True((row with { IsJudged = false, Failure = "no" }).FallsShort);
    }

    [Fact]
    public void TheTableHasALineForEachFigure()
    {
        var log = new StringWriter();
        var system = SystemRunner.Systems[0];
        GalleryRun.WriteTable([new SystemRow(system, [new Score("a", 0.5), new Score("b", 2, "N0")], [], [], 1.5, IsJudged: false)], log);

        var lines = log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Contains("50.00%", lines[1], StringComparison.Ordinal);
        Assert.Contains("1.5 s", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(system.Name, lines[2], StringComparison.Ordinal);
        Assert.Equal("1 systems: 1 not judged; 2 s in all", lines[3].TrimEnd());
    }

    [Fact]
    public void AllSystemsLeaveResultsAndAnIndex()
    {
        using var folder = new TemporaryFolder();
        ISystem[] systems = [SystemRunner.Systems.Single(s => s.Name == "pooling"), new Broken()];

        var status = GalleryRun.Run(Options(folder, 1), TextWriter.Null, default, systems);

        Assert.Equal(1, status);
        using var results = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Path, "results.json")));
        var rows = results.RootElement.EnumerateArray().ToList();
        Assert.Equal(["pooling", "broken"], rows.Select(r => r.GetProperty("system").GetString()));
        Assert.Equal("broken on purpose", rows[1].GetProperty("failure").GetString());
        Assert.Equal(1, rows[0].GetProperty("figures")[0].GetProperty("reached").GetDouble());
        var index = File.ReadAllText(Path.Combine(folder.Path, "index.html"));
        Assert.Contains("href=\"pooling.html\"", index, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"broken.html\"", index, StringComparison.Ordinal);
    }

    private static SystemRow Run(string name, TemporaryFolder folder, TextWriter log, int threads = 2) =>
        new SystemRunner(Options(folder, threads), log).Run(SystemRunner.Systems.Single(s => s.Name == name));

    private static GalleryOptions Options(TemporaryFolder folder, int threads) => new(folder.Path, folder.Path, Quick: true, Seed: 1, threads);

    private sealed class Broken : ISystem
    {
        public int Number => 99;

        public string Name => "broken";

        public string Title => "Broken";

        public string Shows => "Nothing.";

        public SystemResult Run(SystemContext context) => throw new InvalidOperationException("broken on purpose");
    }
}
