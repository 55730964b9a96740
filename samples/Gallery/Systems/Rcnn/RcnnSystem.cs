using System.Diagnostics;
using Gallery.Data;
using Gallery.Pictures;
using Gallery.Running;
using Gallery.Vision;
using NetCompiler.Training;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Rcnn;

/// <summary>Cells in photographs of blood, by three generations of detectors that judge proposals.</summary>
internal sealed class RcnnSystem : ISystem
{
    public int Number => 12;

    public string Name => "rcnn";

    public string Title => "R-CNN, Fast R-CNN, Faster R-CNN";

    public string Shows =>
        "Detectors of two stages, which judge proposals: first with a network that looks at each of them by itself, then with one that looks at "
        + "the picture once and cuts the proposals out of what it sees, at last with one that makes the proposals too.";

    public SystemResult Run(SystemContext context)
    {
        var (train, test) = BloodCells.Load(context.Data, 320, 240, context.Size(120, 8), context.Size(60, 4));
        var learned = Search(train, context.Threads);
        var clock = Stopwatch.StartNew();
        var tried = Search(test, threads: 1);
        var searching = clock.Elapsed;
        List<(DetectorTrial Trial, History History, float Sure)> all =
        [
            Try(new RcnnGeneration(context), searching),
            Try(RoiGeneration.Fast(context), searching),
            Try(RoiGeneration.Faster(context), TimeSpan.Zero),
        ];
        var trials = all.ConvertAll(a => a.Trial);
        return new SystemResult(
            [
                .. trials.Reverse<DetectorTrial>().Select(t => new Score(Invariant($"mAP@0.5, {t.Name}"), t.Precision.Value, "F3")),
                .. trials.Select(t => new Score(Invariant($"milliseconds a picture, {t.Name}"), t.Milliseconds, "F1")),
            ],
            [
                DetectionPage.Precision(trials),
                DetectionPage.Times(trials,
                    "Fast R-CNN makes features of a picture once rather than of each proposal, and is one network where R-CNN is three learners. Faster "
                    + "R-CNN does without a search for proposals: they are a few more convolutions of the features."),
                .. all.Select(a => DetectionPage.Pictures(a.Trial, 3, a.Sure)),
                DetectionPage.Losses(all.Select(a => (a.Trial.Name, a.History))),
                NetworkSection.Create(FasterRcnn.Description),
            ]);

        // In pictures somewhat larger than those of the networks: platelets are small. What is thinner than eight of these pixels is no cell.
        DetectionSample[] Search(List<DetectionSample> pictures, int threads) =>
        [
            .. SelectiveSearch.Propose(pictures, scales: [50, 150], minimum: 20, thinnest: 8, threads, context.CancellationToken)
                .Select(p => p.Resize(CellFeatures.Width, CellFeatures.Height)),
        ];

        (DetectorTrial, History, float) Try(IDetector generation, TimeSpan searching)
        {
            using var _ = generation;
            var history = generation.Train(learned);
            var trial = new DetectorTrial(generation.Name, tried, CellFeatures.Kinds);
            trial.Times.Add(DetectionStage.Proposals, searching);
            trial.Run(generation.Detect, context.CancellationToken);
            context.Say($"{generation.Name}: mAP {trial.Precision.Value:F3}, {trial.Milliseconds:F1} ms a picture");
            return (trial, history, generation.Sure);
        }
    }
}
