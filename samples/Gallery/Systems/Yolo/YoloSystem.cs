using System.Diagnostics;
using Gallery.Data;
using Gallery.Pictures;
using Gallery.Running;
using NetCompiler.Detection;
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
        var found = new List<IReadOnlyList<DetectedBox>>();
        var precision = new MeanAveragePrecision(CellYolo.Classes);
        using var session = network.CreateSession(1, context.Threads);
        var clock = new Stopwatch();
        for (var i = 0; i < test.Count; i++)
        {
            var samples = new byte[3 * CellYolo.Height * CellYolo.Width];
            test[i].Image.ToChannelsFirst(samples);
            // The first picture pays for what is made once.
            if (i == 0)
                session.Detect(samples);
            clock.Start();
            found.Add(YoloGrid.Read(session.Detect(samples)));
            clock.Stop();
            precision.Add([.. found[i]], [.. test[i].Boxes.Zip(test[i].Classes, (box, kind) => new LabelledBox(box, kind))]);
        }
        var table = new DataTable("Class", "To be found", "Average precision");
        for (var c = 0; c < CellYolo.Classes; c++)
            table.AddRow(BloodCells.Names[c], Invariant($"{test.Sum(p => p.Classes.Count(k => k == c))}"), Invariant($"{precision.Of(c):F3}"));
        table.SetTotal("Mean", "", Invariant($"{precision.Value:F3}"));
        var shown = test.Zip(found, (p, boxes) => (Picture: p, Sure: boxes.Where(d => d.Score > 0.4f).ToList())).Take(6).Select(s => new Picture(
            BoxPainter.Draw(s.Picture.Image, s.Sure.Select(d => (d.Box, d.Class))), "Cells that were found")
        { Caption = Invariant($"{s.Sure.Count} found, {s.Picture.Boxes.Count} annotated") });
        return new SystemResult(
            [
                new Score("mAP@0.5", precision.Value, "F3"),
                new Score("milliseconds a picture", clock.Elapsed.TotalMilliseconds / test.Count, "F1"),
            ],
            [
                new ReportSection("Found", "Test pictures with what the network is surer of than 0.4. Blue: red cells. Orange: white cells. Green: platelets.")
                    .Add(new ImageGrid { CellWidth = 400, Pictures = [.. shown] }),
                new ReportSection("How well", "A claim is right from an IoU of 0.5 on.").Add(table),
                CurvesSection.Create(history),
                NetworkSection.Create(network.Definition),
            ]);
    }
}
