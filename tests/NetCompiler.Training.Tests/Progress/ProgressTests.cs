using System.Text.RegularExpressions;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Progress;

public sealed partial class ProgressTests
{
    [Fact]
    public void Plain_progress_is_a_few_lines_an_epoch_without_control_characters()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        Fit(new PlainProgress(writer), Loss.CrossEntropy, validate: true);
        var text = writer.ToString();
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        var lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal(1 + 2 * 4, lines.Length);
        Assert.Equal("TinyNetwork: 80 samples, batch 4, adam, 1 thread", lines[0]);
        Assert.Matches(@"^epoch 1/2  25%  loss \d\.\d{4}  accuracy \d+\.\d\d%  [\d,]+ samples/s  ETA \S+$", lines[1]);
        Assert.StartsWith("epoch 1/2  50%", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("epoch 1/2  75%", lines[3], StringComparison.Ordinal);
        Assert.Matches(
            @"^epoch 1/2  done  loss \d\.\d{4}  accuracy \d+\.\d\d%  [\d,]+ samples/s  \S+  "
            + @"validation loss \d\.\d{4}  validation accuracy \d+\.\d\d%$",
            lines[4]);
        Assert.StartsWith("epoch 2/2  done", lines[8], StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_progress_leaves_out_what_there_is_not()
    {
        using var writer = new StringWriter();
        Fit(new PlainProgress(writer), Loss.MeanSquaredError, validate: false);
        Assert.DoesNotContain("accuracy", writer.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", writer.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(120)]
    [InlineData(80)]
    [InlineData(60)]
    [InlineData(20)]
    public void Live_progress_leaves_a_line_for_each_epoch(int width)
    {
        using var writer = new StringWriter();
        Fit(new LiveProgress(TestConsole.Create(writer, ansi: true, width)), Loss.CrossEntropy, validate: true);
        var lines = OnScreen(writer.ToString());
        var epochs = lines.Where(l => l.StartsWith("epoch", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, epochs.Length);
        Assert.All(epochs, l => Assert.InRange(l.Length, 10, width - 1));
        if (width == 120)
        {
            Assert.Matches(
                @"^epoch 2/2 ━+  loss \d\.\d{4}  acc \d+\.\d\d%  [ \d,]{7,}/s  [ \S]{8}  val loss \d\.\d{4}  acc \d+\.\d\d%$",
                epochs[1]);
        }
        if (width == 80)
            Assert.Matches(@"^epoch 2/2 ━+  loss \d\.\d{4}  acc \d+\.\d\d%  [ \S]{8}  val loss \d\.\d{4}  acc \d+\.\d\d%$", epochs[1]);
        Assert.Equal("", lines[^1]);
    }

    [Fact]
    public void Live_progress_ends_its_line_also_after_an_exception()
    {
        using var writer = new StringWriter();
        var progress = new LiveProgress(TestConsole.Create(writer, ansi: true));
        using var network = new TinyNetwork();
        var options = new FitOptions { BatchSize = 4, Callbacks = [Recorder.DyingAt(epoch: 1, samples: 44)], Progress = progress };
        Assert.Throws<InvalidOperationException>(() => network.Fit(TinyData.Labelled(80, 1), new Adam(), 2, options));
        Assert.Matches("^epoch 1/2 .*ETA", OnScreen(writer.ToString())[^2]);
        Assert.EndsWith("\n", writer.ToString(), StringComparison.Ordinal);
    }

    private static void Fit(IFitCallback progress, Loss loss, bool validate)
    {
        var data = loss == Loss.CrossEntropy ? TinyData.Labelled(80, 1) : TinyData.YesNo(80, 1);
        using var network = new TinyNetwork(loss);
        var options = new FitOptions { BatchSize = 4, Threads = 1, Progress = progress, Validation = validate ? data : null };
        network.Fit(data, new Adam(), 2, options);
    }

    /// <summary>What a terminal shows in the end: lines that were erased are gone, colours too.</summary>
    private static string[] OnScreen(string written) =>
        [
            .. ColorSequence().Replace(written, "")
                .Replace("\r\n", "\n", StringComparison.Ordinal)
                .Split('\n')
                .Select(l => l.Split("\r\u001b[2K")[^1]),
        ];

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex ColorSequence();
}
