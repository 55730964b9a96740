using Gallery.Data;
using Gallery.Running;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Translation;

/// <summary>Strings to strings, character by character.</summary>
internal sealed class TranslationSystem : ISystem
{
    private const int Source = Translator.SourceLength;
    private const int Target = Translator.TargetLength;
    private const int Characters = Translator.Characters;

    public int Number => 22;

    public string Name => "seq2seq";

    public string Title => "Sequence to sequence";

    public string Shows =>
        "Numbers in words to digits, and dates of five forms to one, character by character: an encoder reads, a decoder writes, and "
        + "attention says where it looks for each character.";

    public SystemResult Run(SystemContext context)
    {
        var pairs = StringPair.Draw(context.Size(26_000, 400), context.Seed);
        var held = context.Size(2_000, 40);
        var (test, train) = (pairs[..held], pairs[held..]);
        context.Data.Use(Invariant($"{train.Count} pairs of strings to learn from and {test.Count} others, made by this program"));
        var data = new InMemoryDataset(
            [
                SampleArray.Of(train.SelectMany(p => StringPair.Encode(p.Source, Source)).ToArray(), [Source], "source"),
                SampleArray.Of(train.SelectMany(p => Shifted(p.Target)).ToArray(), [Target], "written"),
            ],
            SampleArray.Of(train.SelectMany(p => Ended(p.Target)).Select(c => (float)c).ToArray(), [Target], "next"));
        using var network = new Translator(context.Seed);
        using var session = network.CreateSession(64, context.Threads);
        var exact = new List<(double X, double Y)>();
        var watched = test[..Math.Min(200, test.Count)];
        var history = network.Fit(data, new Adam(2.5e-3f), context.Size(9, 1), context.Fitting() with
        {
            GradientClipping = GradientClipping.ByNorm(2),
            Schedule = LearningRateSchedule.Cosine(),
            Callbacks = [new EachEpoch(epoch => exact.Add((epoch, Exact(watched, Translate(session, watched).Texts))))],
        });
        var (texts, attention) = Translate(session, test);
        var numbers = Enumerable.Range(0, test.Count).Where(i => !test[i].Target.Contains('-')).ToList();
        var dates = Enumerable.Range(0, test.Count).Except(numbers).ToList();
        return new SystemResult(
            [
                new Score("held-out strings exact", Exact(test, texts)),
                new Score("numbers exact", Exact([.. numbers.Select(i => test[i])], [.. numbers.Select(i => texts[i])])),
                new Score("dates exact", Exact([.. dates.Select(i => test[i])], [.. dates.Select(i => texts[i])])),
                new Score("parameters", network.Definition.ParameterCount, "N0"),
            ],
            [
                Attention(test, texts, attention, [numbers.MaxBy(i => test[i].Source.Length), dates[0], dates[1]]),
                Examples(test, texts),
                new ReportSection("Training").Add(new Columns(
                    new LineChart
                    {
                        Title = "Loss", XLabel = "epoch", YLabel = "nats a character", IsLogarithmic = true, SmallestXStep = 1,
                        Series = [new LineSeries("training", [.. history.Epochs.Select(e => ((double)e.Epoch, e.Loss))])],
                    },
                    new LineChart
                    {
                        Title = "200 held-out strings", XLabel = "epoch", YLabel = "exact", IsPercent = true, SmallestXStep = 1,
                        Series = [new LineSeries("exact", exact)],
                    })),
                NetworkSection.Create(network.Definition),
            ]);
    }

    /// <summary>What has been written when each character is: the beginning, then the target.</summary>
    private static int[] Shifted(string target) => [StringPair.End, .. StringPair.Encode(target, Target - 1)];

    /// <summary>What is to be written: the target and its end.</summary>
    private static int[] Ended(string target)
    {
        var numbers = StringPair.Encode(target, Target);
        numbers[target.Length] = StringPair.End;
        return numbers;
    }

    /// <summary>Writes character by character, the likeliest each time.</summary>
    private static (string[] Texts, float[] Attention) Translate(Translator.Session session, IReadOnlyList<StringPair> pairs)
    {
        int[] sources = [.. pairs.SelectMany(p => StringPair.Encode(p.Source, Source))];
        var written = new int[pairs.Count * Target];
        for (var i = 0; i < pairs.Count; i++)
            written[i * Target] = StringPair.End;
        var (scores, attention) = (new float[written.Length * Characters], new float[written.Length * Source]);
        var last = new int[pairs.Count];
        for (var step = 0; step < Target; step++)
        {
            session.Translate(sources, written, scores, attention);
            for (var i = 0; i < pairs.Count; i++)
            {
                last[i] = NetCompiler.Training.Accuracy.ArgMax(scores.AsSpan((i * Target + step) * Characters, Characters));
                if (step + 1 < Target)
                    written[i * Target + step + 1] = last[i];
            }
        }
        return ([.. Enumerable.Range(0, pairs.Count).Select(Text)], attention);

        string Text(int i)
        {
            int[] characters = [.. written.AsSpan(i * Target + 1, Target - 1), last[i]];
            return string.Concat(characters.TakeWhile(c => c > StringPair.End).Select(StringPair.Decode));
        }
    }

    private static double Exact(IReadOnlyList<StringPair> pairs, IReadOnlyList<string> texts) =>
        pairs.Zip(texts).Count(p => p.First.Target == p.Second) / (double)Math.Max(1, pairs.Count);

    private static ReportSection Attention(
        IReadOnlyList<StringPair> pairs, string[] texts, float[] attention, IReadOnlyList<int> shown)
    {
        var section = new ReportSection("Where it looks", "A row for each character that is written, a column for each that is read; the fuller, the more it looks there.");
        foreach (var i in shown)
        {
            var (read, wrote) = (pairs[i].Source, texts[i]);
            // A net that has learned nothing yet may end at once.
            if (wrote.Length == 0)
                continue;
            section.Add(new HeatMap
            {
                Title = read,
                Subtitle = $"becomes {wrote}",
                RowLabels = [.. wrote.Select(c => c.ToString())],
                ColumnLabels = [.. read.Select(c => c == ' ' ? "␣" : c.ToString())],
                RowTitle = "written",
                ColumnTitle = "read",
                Cell = (row, column) => new HeatMapCell("", attention[(i * Target + row) * Source + column], 0,
                    Invariant($"{wrote[row]} looks at {read[column]}: {attention[(i * Target + row) * Source + column]:F2}")),
            });
        }
        return section;
    }

    private static ReportSection Examples(IReadOnlyList<StringPair> pairs, string[] texts)
    {
        var table = new DataTable("Read", "Written", "Right would be");
        var wrong = Enumerable.Range(0, pairs.Count).Where(i => pairs[i].Target != texts[i]).Take(8);
        foreach (var i in Enumerable.Range(0, Math.Min(8, pairs.Count)).Concat(wrong).Distinct())
            table.AddRow(pairs[i].Source, texts[i], pairs[i].Target == texts[i] ? "the same" : pairs[i].Target);
        return new ReportSection("Held-out strings", "The first ones, and the first that are wrong.").Add(table);
    }
}
