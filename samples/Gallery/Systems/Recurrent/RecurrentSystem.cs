using Gallery.Running;
using Gallery.Text;
using NetCompiler;
using NetCompiler.Runtime;
using NetCompiler.Training;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Recurrent;

/// <summary>Models of characters against counting, the gates of an LSTM, and reviews read from both ends.</summary>
internal sealed class RecurrentSystem : ISystem
{
    private const int Steps = CharacterModel.Steps;
    private const int Characters = CharacterModel.Characters;
    private const int Units = CharacterModel.Units;

    public int Number => 8;

    public string Name => "rnn";

    public string Title => "RNN, LSTM, GRU, bidirectional";

    public string Shows =>
        "Which character comes next in Shakespeare: a simple recurrent layer, LSTM and GRU against a model that counts trigrams, in bits a "
        + "character; the gates of the LSTM as it reads and writes; and film reviews read from both ends.";

    public SystemResult Run(SystemContext context)
    {
        var text = CharacterText.Load(context, Characters);
        var trigram = new TrigramModel(text.Train, Characters).BitsPerCharacter(text.Test);
        context.Say($"trigram model: {trigram:F3} bits a character");
        using var lstm = new LstmCharacters(context.Seed);
        using var gru = new GruCharacters(context.Seed);
        using var rnn = new RnnCharacters(context.Seed);
        var runs = new List<(string Name, double Bits, IReadOnlyList<(double X, double Y)> Losses)>
        {
            ("LSTM", 0, Train(context, lstm, text, context.Size(3, 1))),
            ("GRU", 0, Train(context, gru, text, context.Size(2, 1))),
            ("simple recurrent layer", 0, Train(context, rnn, text, context.Size(2, 1))),
        };
        runs[0] = runs[0] with { Bits = Bits(text.Test, x => lstm.Read(x).Scores) };
        runs[1] = runs[1] with { Bits = Bits(text.Test, x => gru.Read(x)) };
        runs[2] = runs[2] with { Bits = Bits(text.Test, x => rnn.Read(x)) };
        foreach (var (name, bits, _) in runs)
            context.Say($"{name}: {bits:F3} bits a character");
        using var step = StepOf(lstm);
        var (gates, difference) = Gates(lstm, step, text);
        var accuracy = Reviews(context, out var reviews);
        return new SystemResult(
            [
                new Score("LSTM's bits a character, less the trigram model's", runs[0].Bits - trigram, "F3"),
                new Score("LSTM, bits a character", runs[0].Bits, "F3"),
                new Score("GRU, bits a character", runs[1].Bits, "F3"),
                new Score("simple recurrent layer, bits a character", runs[2].Bits, "F3"),
                new Score("trigram model, bits a character", trigram, "F3"),
                new Score("LSTM by steps against the layer, largest difference", difference, "0.0e0"),
                new Score("bidirectional LSTM on held-out reviews", accuracy),
            ],
            [Compared(runs, trigram), gates, Written(context, step, text), reviews, NetworkSection.Create(lstm.Definition)]);
    }

    private static IReadOnlyList<(double X, double Y)> Train(SystemContext context, Network network, CharacterText text, int epochs)
    {
        context.Say($"{network.Definition.Name}");
        var loop = new TrainingLoop(context, network, new Adam(3e-3f)) { GradientClipping = GradientClipping.ByNorm(5) };
        return loop.Run((text.Train.Length - 1) / Steps, epochs, windows =>
            [Windows(text.Train, windows, 0), Windows(text.Train, windows, 1).Select(c => (float)c).ToArray()]);
    }

    private static int[] Windows(int[] text, int[] windows, int shift)
    {
        var result = new int[windows.Length * Steps];
        for (var i = 0; i < windows.Length; i++)
            text.AsSpan(windows[i] * Steps + shift, Steps).CopyTo(result.AsSpan(i * Steps));
        return result;
    }

    /// <summary>The mean of −log₂ p over the second half of windows that overlap by half: the first half says what came before.</summary>
    private static double Bits(int[] text, Func<int[], float[]> read)
    {
        var (bits, count) = (0.0, 0);
        for (var first = 0; first + Steps < text.Length; first += Steps / 2)
        {
            var scores = read(text[first..(first + Steps)]);
            for (var step = Steps / 2; step < Steps; step++, count++)
                bits -= Math.Log2(Probabilities(scores.AsSpan(step * Characters, Characters))[text[first + step + 1]]);
        }
        return bits / count;
    }

    private static double[] Probabilities(ReadOnlySpan<float> scores)
    {
        double[] exponentials = [.. scores.ToArray().Select(s => Math.Exp(s))];
        var sum = exponentials.Sum();
        return [.. exponentials.Select(e => e / sum)];
    }

    /// <summary>The step network with the weights of the layer.</summary>
    private static LstmStep StepOf(LstmCharacters lstm)
    {
        var step = new LstmStep();
        foreach (var parameter in step.Definition.Parameters)
        {
            var suffix = parameter.Name switch
            {
                "ih.weight" => "weight_ih_l0",
                "ih.bias" => "bias_ih_l0",
                "hh.weight" => "weight_hh_l0",
                "hh.bias" => "bias_hh_l0",
                var same => same,
            };
            var source = lstm.Definition.Parameters.Single(p => p.Name.EndsWith(suffix, StringComparison.Ordinal));
            step.Parameter(parameter.Name).CopyFrom(lstm.Parameter(source.Name).Values);
        }
        return step;
    }

    private static (ReportSection Section, double Difference) Gates(LstmCharacters lstm, LstmStep step, CharacterText text)
    {
        const int Shown = 24;
        var window = text.Test[..Steps];
        var (_, states) = lstm.Read(window);
        var (state, cell, difference) = (new float[Units], new float[Units], 0f);
        var (input, forget, output, cells) = (new float[Shown * Steps], new float[Shown * Steps], new float[Shown * Steps], new float[Shown * Steps]);
        for (var t = 0; t < Steps; t++)
        {
            var now = step.Step([window[t]], state, cell);
            (state, cell) = (now.NextState, now.NextCell);
            for (var u = 0; u < Units; u++)
                difference = Math.Max(difference, Math.Abs(state[u] - states[t * Units + u]));
            for (var u = 0; u < Shown; u++)
                (input[u * Steps + t], forget[u * Steps + t], output[u * Steps + t], cells[u * Steps + t]) = (now.Input[u], now.Forget[u], now.Output[u], cell[u]);
        }
        var read = string.Concat(window.Select(c => text.Characters[c])).Replace('\n', '⏎');
        var section = new ReportSection(
            "Gates",
            $"24 of the LSTM's 128 units as it reads “{read}”, a column for each character: what is let in, what is kept, what is shown; and the "
            + "cell that they guard. The gates are those of a network of one step, written out, with the layer's weights.");
        foreach (var (name, values) in new[] { ("input gate", input), ("forget gate", forget), ("output gate", output), ("cell", cells) })
        {
            section.Add(new MapGrid(values, 1, Shown, Steps)
            {
                Title = name,
                Subtitle = "units down, characters across",
                Scale = 12,
                Alternative = $"The {name} by unit and character",
            });
        }
        return (section, difference);
    }

    private static ReportSection Written(SystemContext context, LstmStep step, CharacterText text)
    {
        var section = new ReportSection("What it writes", "Characters drawn one after the other, each from the probabilities that the LSTM gives; at temperature 0.7 likely ones are drawn more often.");
        foreach (var temperature in new[] { 0.7, 1.0 })
        {
            var random = new RandomStream(context.Seed, "writing");
            var (state, cell) = (new float[Units], new float[Units]);
            var written = new System.Text.StringBuilder();
            var character = Math.Max(0, text.Characters.IndexOf('\n', StringComparison.Ordinal));
            for (var t = 0; t < context.Size(500, 60); t++)
            {
                var now = step.Step([character], state, cell);
                (state, cell) = (now.NextState, now.NextCell);
                var p = Probabilities([.. now.Scores.Select(s => (float)(s / temperature))]);
                var draw = random.NextDouble();
                for (character = 0; character < text.Characters.Length - 1 && draw >= p[character]; character++)
                    draw -= p[character];
                written.Append(text.Characters[character]);
            }
            section.Add(new Preformatted(written.ToString().Trim()) { Title = Invariant($"Temperature {temperature}") });
        }
        return section;
    }

    private static double Reviews(SystemContext context, out ReportSection section)
    {
        const int Length = 56;
        var reviews = FilmReviews.Load(context);
        var vocabulary = new Vocabulary(reviews.Train.Select(s => s.Words), size: 10_000, minimum: 2);
        int[] train = [.. reviews.Train.SelectMany(s => vocabulary.Encode(s.Words, Length))];
        int[] test = [.. reviews.Test.SelectMany(s => vocabulary.Encode(s.Words, Length))];
        int[] labels = [.. reviews.Train.Select(s => s.Label)];
        using var network = new BidirectionalReviews(context.Seed);
        using var session = network.CreateSession(64, context.Threads);
        context.Say($"{network.Definition.Name}");
        var accuracies = new List<(double X, double Y)>();
        var loop = new TrainingLoop(context, network, new AdamW(1.5e-3f, weightDecay: 0.02f))
        {
            BatchSize = 50,
            EpochEnd = (epoch, _) =>
            {
                var scores = session.Classify(test);
                accuracies.Add((epoch, reviews.Test.Where((s, i) => (scores[2 * i + 1] > scores[2 * i] ? 1 : 0) == s.Label).Count() / (double)reviews.Test.Count));
            },
        };
        var losses = loop.Run(labels.Length, context.Size(5, 1), indices =>
            [TrainingLoop.Rows(train, Length, indices), TrainingLoop.Rows(labels, 1, indices)]);
        section = new ReportSection("Reviews read from both ends", "A bidirectional LSTM over the words of a sentence, whose largest states say whether it is for or against a film.")
            .Add(new Columns(
                new LineChart { Title = "Loss", XLabel = "epoch", YLabel = "loss", SmallestXStep = 1, Series = [new LineSeries("training", losses)] },
                new LineChart
                {
                    Title = "Held-out tenth", XLabel = "epoch", YLabel = "accuracy", IsPercent = true, SmallestXStep = 1,
                    Series = [new LineSeries("accuracy", accuracies)],
                }));
        return accuracies[^1].Y;
    }

    private static ReportSection Compared(IReadOnlyList<(string Name, double Bits, IReadOnlyList<(double X, double Y)> Losses)> runs, double trigram)
    {
        var table = new DataTable("Model", "Bits a character, held out");
        foreach (var (name, bits, _) in runs)
            table.AddRow(name, Invariant($"{bits:F3}"));
        table.AddRow("trigrams counted", Invariant($"{trigram:F3}"));
        return new ReportSection("Which character comes next", "−log₂ p of the character that came, on text that was not learned from.")
            .Add(new Columns(table, new LineChart
            {
                Title = "Training", XLabel = "epoch", YLabel = "bits a character", SmallestXStep = 1,
                Series = [.. runs.Select(r => new LineSeries(r.Name, [.. r.Losses.Select(l => (l.X, l.Y / Math.Log(2)))]))],
            }));
    }
}
