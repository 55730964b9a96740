using Gallery.Data;
using Gallery.Pictures;
using Gallery.Running;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Go;

/// <summary>Which moves capture, read off positions by convolutions alone.</summary>
internal sealed class GoSystem : ISystem
{
    private const int Points = GoPositions.Size * GoPositions.Size;

    public int Number => 16;

    public string Name => "go";

    public string Title => "Go";

    public string Shows =>
        "A convolutional network without pooling says which moves of a 9 × 9 position capture, from the stones alone: it has to find groups "
        + "and count their liberties.";

    public SystemResult Run(SystemContext context)
    {
        var known = new HashSet<string>();
        var test = GoPositions.Create(context.Size(3_000, 200), context.Seed + 1_000, known);
        var train = GoPositions.Create(context.Size(36_000, 1_000), context.Seed, known);
        context.Data.Use(Invariant($"{train.Count} training and {test.Count} other positions of games played by this program's rules engine"));
        using var network = new CaptureNet(context.Seed);
        var history = network.Fit(train, new Adam(2e-3f), context.Size(10, 2), context.Fitting(64) with
        {
            Validation = test,
            Schedule = LearningRateSchedule.Cosine(),
        });
        var predicted = network.Predict(test.Floats);
        var captures = Targets(test);
        var wrong = Enumerable.Range(0, test.Count).Select(i => Enumerable.Range(i * Points, Points).Count(p => IsWrong(predicted[p], captures[p]))).ToArray();
        var moves = Enumerable.Range(0, captures.Length).Where(p => captures[p] > 0).ToList();
        var found = moves.Count(p => predicted[p] > 0.5);
        var claimed = predicted.Count(p => p > 0.5);
        return new SystemResult(
            [
                new Score("positions right on all 81 points", wrong.Count(w => w == 0) / (double)test.Count),
                new Score("capturing moves found", found / (double)Math.Max(1, moves.Count)),
                new Score("claimed captures that are", found / (double)Math.Max(1, claimed)),
            ],
            [
                Boards("Positions", "It is black's move. Squares are moves that capture, the fuller the surer the network is.", test, predicted, captures,
                    Enumerable.Range(0, test.Count).Where(i => wrong[i] == 0).OrderByDescending(i => captures.AsSpan(i * Points, Points).ToArray().Sum()).Take(4)),
                Boards("Mistakes", "Red frames: a capture that it missed (pale), or one that is none (full).", test, predicted, captures,
                    Enumerable.Range(0, test.Count).Where(i => wrong[i] > 0).OrderByDescending(i => wrong[i]).Take(4)),
                CurvesSection.Create(history),
                FilterSection.Create(network, layers: 1),
                NetworkSection.Create(network.Definition),
            ]);
    }

    private static bool IsWrong(float predicted, float captures) => predicted > 0.5 != captures > 0;

    private static float[] Targets(InMemoryDataset data)
    {
        var targets = new float[data.Count * Points];
        data.CopyTargets<float>([.. Enumerable.Range(0, data.Count)], targets);
        return targets;
    }

    private static ReportSection Boards(
        string title, string introduction, InMemoryDataset data, float[] predicted, float[] captures, IEnumerable<int> indices)
    {
        var boards = indices.Select(i => (IReportElement)new GoBoardFigure
        {
            Title = Invariant($"Position {i}"),
            Stones = data.Floats.Slice(i * GoPositions.Planes * Points, 2 * Points).ToArray(),
            Predicted = predicted[(i * Points)..((i + 1) * Points)],
            Captures = captures[(i * Points)..((i + 1) * Points)],
        }).ToList();
        return boards.Count == 0
            ? new ReportSection(title, "There are none.")
            : new ReportSection(title, introduction).Add(new Columns(boards));
    }
}
