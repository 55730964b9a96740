using Gallery.Data;
using Gallery.Running;
using NetCompiler.Runtime;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Speech;

/// <summary>Spoken digits as pictures of time and frequency.</summary>
internal sealed class SpeechSystem : ISystem
{
    private const int Size = LogMel.Bands * LogMel.Frames;
    private static readonly string[] s_names = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    public int Number => 15;

    public string Name => "speech";

    public string Title => "Speech";

    public string Shows =>
        "Spoken digits as log-mel spectrograms, and a convolutional network over time and frequency that is tried on voices that it never heard.";

    public SystemResult Run(SystemContext context)
    {
        var (spoken, heldOut) = SpokenDigits.Make(context);
        var train = Spectrograms(spoken, context.Size(4, 1), context.Seed);
        var test = Spectrograms(heldOut, 0, context.Seed);
        using var network = new SpeechNet(context.Seed);
        var history = network.Fit(train, new AdamW(2e-3f), context.Size(12, 2), context.Fitting(32) with
        {
            Validation = test,
            Schedule = LearningRateSchedule.Cosine(),
        });
        var evaluation = network.Evaluate(test, classNames: s_names, threads: context.Threads);
        var source = new DataSource("spoken digits", "", train, test, s_names);
        var scores = network.Predict(test.Floats);
        return new SystemResult(
            [
                new Score("accuracy on voices never heard", evaluation.Accuracy),
                new Score("voices never heard", heldOut.Select(u => u.Voice).Distinct().Count(), "N0"),
            ],
            [
                Spoken(heldOut, test),
                ByVoice(heldOut, scores),
                .. ClassifierPage.Sections(network, source, history, evaluation).Where(s => s is not ReportSection { Title: "Worst mistakes" }),
            ]);
    }

    /// <summary>Spectrograms as they are, and copies that begin elsewhere, under noise.</summary>
    private static InMemoryDataset Spectrograms(IReadOnlyList<SpokenDigits.Utterance> utterances, int copies, ulong seed)
    {
        var random = new RandomStream(seed, "spectrograms");
        var (samples, labels) = (new List<float[]>(), new List<int>());
        foreach (var utterance in utterances)
        {
            samples.Add(LogMel.Of(utterance.Sound));
            labels.Add(utterance.Digit);
            for (var copy = 0; copy < copies; copy++)
            {
                var noise = 0.06 * random.NextDouble();
                samples.Add([.. LogMel.Of(utterance.Sound, shift: (int)(14 * random.NextDouble())).Select(v => (float)(v + noise * random.NextNormal()))]);
                labels.Add(utterance.Digit);
            }
        }
        return InMemoryDataset.FromFloats([.. samples.SelectMany(s => s)], [1, LogMel.Bands, LogMel.Frames], [.. labels]);
    }

    private static ReportSection Spoken(IReadOnlyList<SpokenDigits.Utterance> utterances, InMemoryDataset test)
    {
        // High frequencies up.
        var shown = new float[Math.Min(10, test.Count) * Size];
        for (var i = 0; i < shown.Length; i++)
        {
            var (band, rest) = (i % Size / LogMel.Frames, i % LogMel.Frames);
            shown[i] = test.Floats[i / Size * Size + (LogMel.Bands - 1 - band) * LogMel.Frames + rest];
        }
        return new ReportSection(
            "Spectrograms",
            $"The digits 0 to 9 as {utterances[0].Voice} speaks them: time to the right, frequency up, brightness the logarithm of the energy.")
            .Add(new MapGrid(shown, shown.Length / Size, LogMel.Bands, LogMel.Frames) { ColumnCount = 5, Scale = 3, Alternative = "Spectrograms of ten digits" });
    }

    private static ReportSection ByVoice(IReadOnlyList<SpokenDigits.Utterance> utterances, float[] scores)
    {
        var table = new DataTable("Voice", "Digits", "Right");
        foreach (var voice in utterances.Select((u, i) => (u.Voice, IsRight: NetCompiler.Training.Accuracy.ArgMax(scores.AsSpan(10 * i, 10)) == u.Digit)).GroupBy(u => u.Voice))
            table.AddRow(voice.Key, Invariant($"{voice.Count()}"), Invariant($"{100.0 * voice.Count(v => v.IsRight) / voice.Count():F0}%"));
        return new ReportSection("Voices that it never heard").Add(table);
    }
}
