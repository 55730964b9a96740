using Gallery.Running;
using Gallery.Text;
using NetCompiler.Training;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.TextCnn;

/// <summary>Convolutions over words: whether a sentence is for or against a film.</summary>
internal sealed class TextCnnSystem : ISystem
{
    private const int Length = 56;
    private const int Filters = 80;

    public int Number => 14;

    public string Name => "text-cnn";

    public string Title => "Text CNN";

    public string Shows =>
        "Whether a sentence of a review is for or against a film: embeddings that are learned, filters over three, four and five words, and "
        + "the largest answer of each, wherever it is.";

    public SystemResult Run(SystemContext context)
    {
        var reviews = FilmReviews.Load(context);
        var vocabulary = new Vocabulary(reviews.Train.Select(s => s.Words), size: 10_000, minimum: 2);
        int[] train = [.. reviews.Train.SelectMany(s => vocabulary.Encode(s.Words, Length))];
        int[] test = [.. reviews.Test.SelectMany(s => vocabulary.Encode(s.Words, Length))];
        int[] labels = [.. reviews.Train.Select(s => s.Label)];
        using var network = new ReviewCnn(context.Seed);
        using var session = network.CreateSession(maxBatch: 64, context.Threads);
        var accuracies = new List<(double X, double Y)>();
        var loop = new TrainingLoop(context, network, new AdamW(1e-3f, weightDecay: 0.02f))
        {
            BatchSize = 50,
            EpochEnd = (epoch, _) => accuracies.Add((epoch, Accuracy(session, test, reviews.Test))),
        };
        var losses = loop.Run(labels.Length, context.Size(6, 2), indices =>
            [TrainingLoop.Rows(train, Length, indices), TrainingLoop.Rows(labels, 1, indices)]);
        return new SystemResult(
            [
                new Score("accuracy on the held-out tenth", accuracies[^1].Y),
                new Score("words known", vocabulary.Count, "N0"),
                new Score("parameters", network.Definition.ParameterCount, "N0"),
            ],
            [
                new ReportSection("Training").Add(new Columns(
                    new LineChart { Title = "Loss", XLabel = "epoch", YLabel = "loss", SmallestXStep = 1, Series = [new LineSeries("training", losses)] },
                    new LineChart
                    {
                        Title = "Held-out sentences", XLabel = "epoch", YLabel = "accuracy", IsPercent = true, SmallestXStep = 1,
                        Series = [new LineSeries("accuracy", accuracies)],
                    })),
                Phrases(network, session, train, vocabulary),
                Sentences(session, test, reviews.Test),
                NetworkSection.Create(network.Definition),
            ]);
    }

    private static double Accuracy(ReviewCnn.Session session, int[] sentences, IReadOnlyList<FilmReviews.Sentence> expected)
    {
        var scores = new float[expected.Count * 2];
        session.Classify(sentences, scores);
        return expected.Where((s, i) => (scores[2 * i + 1] > scores[2 * i] ? 1 : 0) == s.Label).Count() / (double)expected.Count;
    }

    /// <summary>The filters over three words that speak most clearly for each side, and the words that they answer to most.</summary>
    private static ReportSection Phrases(ReviewCnn network, ReviewCnn.Session session, int[] sentences, Vocabulary vocabulary)
    {
        const int Places = Length - 2;
        var count = Math.Min(2_000, sentences.Length / Length);
        var best = new PriorityQueue<string, float>[Filters];
        for (var f = 0; f < Filters; f++)
            best[f] = new PriorityQueue<string, float>();
        for (var i = 0; i < count; i++)
        {
            var words = sentences.AsSpan(i * Length, Length);
            var (three, _, _) = session.Answers(words);
            for (var f = 0; f < Filters; f++)
            {
                var answers = three.AsSpan(f * Places, Places);
                var place = NetCompiler.Training.Accuracy.ArgMax(answers);
                var phrase = $"{vocabulary[words[place]]} {vocabulary[words[place + 1]]} {vocabulary[words[place + 2]]}";
                best[f].Enqueue(phrase, answers[place]);
                if (best[f].Count > 4)
                    best[f].Dequeue();
            }
        }
        // The dense layer's weights say for which side a filter speaks.
        var weights = network.Parameter(network.Definition.Parameters.Single(p => p.Shape is [2, 3 * Filters]).Name).Values.ToArray();
        var table = new DataTable("Speaks", "By", "Answers most to");
        foreach (var filter in Enumerable.Range(0, Filters).OrderByDescending(f => weights[3 * Filters + f] - weights[f]).Take(6))
            Add(filter, "for");
        foreach (var filter in Enumerable.Range(0, Filters).OrderBy(f => weights[3 * Filters + f] - weights[f]).Take(6))
            Add(filter, "against");
        return new ReportSection(
            "What filters look for",
            "Of the filters over three words those that speak most clearly for a film or against it, and the words of the training sentences "
            + "that they answer to most.").Add(table);

        void Add(int filter, string side)
        {
            var phrases = new List<string>();
            while (best[filter].TryDequeue(out var phrase, out _))
                phrases.Insert(0, phrase);
            table.AddRow(side, Invariant($"{Math.Abs(weights[3 * Filters + filter] - weights[filter]):F2}"), string.Join(" / ", phrases.Distinct()));
        }
    }

    private static ReportSection Sentences(ReviewCnn.Session session, int[] sentences, IReadOnlyList<FilmReviews.Sentence> expected)
    {
        var table = new DataTable("Sentence", "Is", "For, by the network");
        for (var i = 0; i < Math.Min(10, expected.Count); i++)
        {
            var scores = session.Classify(sentences.AsSpan(i * Length, Length));
            var words = string.Join(' ', expected[i].Words);
            table.AddRow(
                words.Length > 90 ? words[..90] + " …" : words,
                FilmReviews.ClassNames[expected[i].Label],
                Invariant($"{100 / (1 + Math.Exp(scores[0] - scores[1])):F0}%"));
        }
        return new ReportSection("Held-out sentences").Add(table);
    }
}
