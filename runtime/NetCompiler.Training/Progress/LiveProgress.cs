using System.Diagnostics;
using Spectre.Console;

namespace NetCompiler.Training;

/// <summary>
/// Shows progress on a terminal: one line an epoch, redrawn ten times a second while it lasts, that stays when it is done.
/// </summary>
/// <param name="console">The terminal, which has to understand control sequences.</param>
public sealed class LiveProgress(IAnsiConsole console) : IFitCallback
{
    private const int WidestBar = 30;
    private const int NarrowestBar = 5;
    private const int RateWidth = 7;
    private const int DurationWidth = 8;

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);
    // Not the palette's grey, which some terminals draw as their background.
    private static readonly Style s_quiet = new(new Color(128, 128, 128));
    private static readonly Style s_done = new(Color.Green);
    private static readonly Style s_busy = new(Color.Yellow);
    private static readonly Style s_value = new(decoration: Decoration.Bold);
    private static readonly Style s_best = new(Color.Green, decoration: Decoration.Bold);

    private long _drawn;
    private bool _isLineOpen;

    /// <inheritdoc/>
    public void FitBegin(Trainer trainer) => console.WriteLine(ProgressText.Head(trainer));

    /// <inheritdoc/>
    public void StepEnd(Trainer trainer, in StepReport report)
    {
        if (Stopwatch.GetElapsedTime(_drawn) < s_interval)
            return;
        _drawn = Stopwatch.GetTimestamp();
        var means = Means(report.Loss, report.Accuracy);
        var rest = new Line().Add("  ETA ", s_quiet).Add(ProgressText.Duration(ProgressText.Remaining(trainer, report)), s_value);
        Draw(trainer, report.Epoch, means, Rate(trainer, report.Samples, report.Seconds), rest, report.Samples, s_busy);
    }

    /// <inheritdoc/>
    public void EpochEnd(Trainer trainer, EpochResult result)
    {
        var rest = new Line().Add("  ", s_quiet).Add(ProgressText.Duration(result.Seconds).PadLeft(DurationWidth), s_value);
        // Green where validation has never been better.
        if (!double.IsNaN(result.ValidationLoss))
            rest.Add("  val loss ", s_quiet).Add(ProgressText.Loss(result.ValidationLoss), StyleOf(Metric.ValidationLoss));
        if (!double.IsNaN(result.ValidationAccuracy))
            rest.Add("  acc ", s_quiet).Add(ProgressText.Percent(result.ValidationAccuracy), StyleOf(Metric.ValidationAccuracy));
        var rate = Rate(trainer, trainer.Samples, result.Seconds);
        Draw(trainer, result.Epoch, Means(result.Loss, result.Accuracy), rate, rest, trainer.Samples, s_done);
        CloseLine();

        Style StyleOf(Metric metric) => trainer.History.Best(metric)?.Epoch == result.Epoch ? s_best : s_value;
    }

    /// <inheritdoc/>
    public void FitEnd(Trainer trainer)
    {
        CloseLine();
        if (ProgressText.Stopped(trainer) is { } text)
            console.WriteLine(text, s_quiet);
    }

    private static Line Means(double loss, double accuracy)
    {
        var line = new Line().Add("  loss ", s_quiet).Add(ProgressText.Loss(loss), s_value);
        return double.IsNaN(accuracy) ? line : line.Add("  acc ", s_quiet).Add(ProgressText.Percent(accuracy), s_value);
    }

    private static Line Rate(Trainer trainer, int samples, double seconds) => new Line()
        .Add("  ", s_quiet)
        .Add(ProgressText.Rate(samples, seconds).PadLeft(RateWidth), s_value)
        .Add(trainer.SampleShape.Count == 3 ? " img/s" : "/s", s_quiet);

    private void Draw(Trainer trainer, int epoch, Line means, Line rate, Line rest, int samples, Style barStyle)
    {
        // The last column stays free: some terminals wrap as soon as it is written.
        var width = console.Profile.Width - 1;
        var head = new Line().Add(ProgressText.Epoch(epoch, trainer) + " ", s_quiet);
        var part = (double)samples / trainer.Samples;
        // The rate is what a narrow terminal can do without.
        var isWide = head.Length + NarrowestBar + means.Length + rate.Length + rest.Length <= width;
        var facts = isWide ? means.Add(rate).Add(rest) : means.Add(rest);
        var bar = Math.Min(WidestBar, width - head.Length - facts.Length);
        if (bar >= NarrowestBar)
        {
            var full = (int)(part * bar);
            var unicode = console.Profile.Capabilities.Unicode;
            head.Add(new string(unicode ? '━' : '#', full), barStyle).Add(new string(unicode ? '━' : '-', bar - full), s_quiet);
        }
        console.Write(new ControlCode("\r\u001b[2K"));
        head.Add(facts).WriteTo(console, width);
        _isLineOpen = true;
    }

    private void CloseLine()
    {
        if (_isLineOpen)
            console.WriteLine();
        _isLineOpen = false;
    }

    /// <summary>Text with styles, one line.</summary>
    private sealed class Line
    {
        private readonly List<(string Text, Style Style)> _parts = [];

        public int Length { get; private set; }

        public Line Add(string text, Style style)
        {
            _parts.Add((text, style));
            Length += text.Length;
            return this;
        }

        public Line Add(Line other)
        {
            _parts.AddRange(other._parts);
            Length += other.Length;
            return this;
        }

        public void WriteTo(IAnsiConsole console, int width)
        {
            var paragraph = new Paragraph();
            foreach (var (text, style) in _parts)
            {
                paragraph.Append(text[..Math.Clamp(width, 0, text.Length)], style);
                width -= text.Length;
            }
            console.Write(paragraph);
        }
    }
}
