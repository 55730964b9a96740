using Gallery.Data;
using Gallery.Pictures;
using Gallery.Running;
using Gallery.Vision;
using NetCompiler.Training;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Yolo;

/// <summary>Cells in photographs of blood, all at once.</summary>
internal sealed class YoloSystem : ISystem
{
    public int Number => 13;

    public string Name => "yolo";

    public string Title => "YOLO";

    public string Shows =>
        "One network looks once at a photograph of blood and says of 768 places whether a cell has its middle there, where exactly, how large "
        + "it is, and of which kind.";

    public SystemResult Run(SystemContext context)
    {
        var (train, test) = BloodCells.Load(context.Data, CellYolo.Width, CellYolo.Height, context.Size(120, 8), context.Size(60, 4));
        using var network = new CellYolo(context.Seed);
        var history = network.Fit(YoloGrid.Set(train, isMirrored: true), new AdamW(2e-3f), context.Size(14, 1), context.Fitting(8) with
        {
            Validation = YoloGrid.Set(test, isMirrored: false),
            Schedule = LearningRateSchedule.Cosine(),
            GradientClipping = GradientClipping.ByNorm(20),
        });
        using var session = network.CreateSession(1, context.Threads);
        var trial = new DetectorTrial(Title, test, CellYolo.Classes);
        trial.Run(
            (picture, times) =>
            {
                var scores = times.Take(DetectionStage.Features, () => session.Detect(picture.ToBytes()));
                return new Detections([], times.Take(DetectionStage.Suppression, () => YoloGrid.Read(scores)));
            },
            context.CancellationToken);
        var precision = trial.Precision;
        var table = new DataTable("Class", "To be found", "Average precision");
        for (var c = 0; c < CellYolo.Classes; c++)
            table.AddRow(BloodCells.Names[c], Invariant($"{test.Sum(p => p.Classes.Count(k => k == c))}"), Invariant($"{precision.Of(c):F3}"));
        table.SetTotal("Mean", "", Invariant($"{precision.Value:F3}"));
        var shown = Enumerable.Range(0, Math.Min(6, test.Count)).Select(i => DetectionPage.Found(trial, i, sure: 0.4f));
        return new SystemResult(
            [
                new Score("mAP@0.5", precision.Value, "F3"),
                new Score("milliseconds a picture", trial.Milliseconds, "F1"),
            ],
            [
                new ReportSection("Found", "Test pictures with what the network is surer of than 0.4. " + DetectionPage.Colors)
                    .Add(new ImageGrid { CellWidth = 400, Pictures = [.. shown] }),
                new ReportSection("How well", "A claim is right from an IoU of 0.5 on.").Add(table),
                DetectionPage.Times([trial], "Nothing is proposed, and nothing is judged a second time."),
                CurvesSection.Create(history),
                NetworkSection.Create(network.Definition),
            ]);
    }
}
