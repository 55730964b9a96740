using Gallery.Data;
using Gallery.Vision;
using NetCompiler.Training;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Pictures;

/// <summary>What pages of detectors have in common: pictures of blood with what was found in them, how well that is, and how long it takes.</summary>
internal static class DetectionPage
{
    private const int Near = 3;

    /// <summary>What the colours of boxes mean.</summary>
    public const string Colors = "Blue: red cells. Orange: white cells. Green: platelets.";

    /// <summary>A test picture with what a detector is sure of.</summary>
    /// <param name="trial">The detector's trial.</param>
    /// <param name="index">Which picture.</param>
    /// <param name="sure">From which score on it is shown.</param>
    public static Picture Found(DetectorTrial trial, int index, float sure)
    {
        var (picture, shown) = (trial.Pictures[index], trial.Detections[index].Found.Where(d => d.Score > sure).ToList());
        return new Picture(BoxPainter.Draw(picture.Image, shown.Select(d => (d.Box, d.Class))), "Cells that were found")
        {
            Caption = Invariant($"{shown.Count} found, {picture.Boxes.Count} annotated"),
        };
    }

    /// <summary>A test picture with the proposals that overlap a cell by half.</summary>
    /// <param name="trial">The detector's trial.</param>
    /// <param name="index">Which picture.</param>
    public static Picture Proposed(DetectorTrial trial, int index)
    {
        var (picture, all) = (trial.Pictures[index], trial.Detections[index].Proposals);
        var near = all.Where(p => BoxMatch.Of(p, picture.Boxes).Overlap >= 0.5f).ToList();
        return new Picture(BoxPainter.Draw(picture.Image, near.Select(p => (p, Near))), "Proposals")
        {
            Caption = Invariant($"{all.Count} proposals, of which these {near.Count} overlap a cell by half"),
        };
    }

    /// <summary>Some test pictures, each with its proposals and then with what a detector is sure of.</summary>
    /// <param name="trial">The detector's trial.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="sure">From which score on a claim is shown.</param>
    public static ReportSection Pictures(DetectorTrial trial, int count, float sure) =>
        new ReportSection(trial.Name, "Pink: proposals near a cell. " + Colors).Add(new ImageGrid
        {
            CellWidth = 400,
            Pictures = [.. Enumerable.Range(0, count).SelectMany(i => (Picture[])[Proposed(trial, i), Found(trial, i, sure)])],
        });

    /// <summary>The losses of detectors' training, which need not be the same for all.</summary>
    /// <param name="histories">Their names and histories.</param>
    public static ReportSection Losses(IEnumerable<(string Name, History History)> histories) =>
        new ReportSection("Training", "The loss of each generation's network, which is not the same for all.").Add(new LineChart
        {
            XLabel = "epoch",
            YLabel = "loss",
            IsLogarithmic = true,
            SmallestXStep = 1,
            Series = [.. histories.Select(h => new LineSeries(h.Name, [.. h.History.Epochs.Select(e => ((double)e.Epoch, e.Loss))]))],
        });

    /// <summary>Average precision by kind, and what was proposed.</summary>
    /// <param name="trials">Detectors.</param>
    public static ReportSection Precision(IEnumerable<DetectorTrial> trials)
    {
        var table = new DataTable(["Detector", .. BloodCells.Names, "mAP@0.5", "Proposals a picture", "Cells proposed"]);
        foreach (var trial in trials)
        {
            table.AddRow(
            [
                trial.Name, .. BloodCells.Names.Select((_, c) => Invariant($"{trial.Precision.Of(c):F3}")), Invariant($"{trial.Precision.Value:F3}"),
                Invariant($"{trial.Detections.Average(d => d.Proposals.Count):F0}"), Invariant($"{100 * trial.Proposed:F1}%"),
            ]);
        }
        return new ReportSection(
            "How well",
            "Average precision by kind, where a claim is right from an IoU of 0.5 on; and the part of the cells that a proposal overlaps as much, "
            + "without which there is nothing to judge.").Add(table);
    }

    /// <summary>The time of a picture by what is done.</summary>
    /// <param name="trials">Detectors.</param>
    /// <param name="text">What there is to see.</param>
    public static ReportSection Times(IEnumerable<DetectorTrial> trials, string text)
    {
        var table = new DataTable(["Milliseconds a picture", .. Enum.GetNames<DetectionStage>(), "All"]);
        foreach (var trial in trials)
        {
            table.AddRow(
            [
                trial.Name, .. Enum.GetValues<DetectionStage>().Select(s => Invariant($"{trial.Times[s] / trial.Pictures.Count:F2}")),
                Invariant($"{trial.Milliseconds:F2}"),
            ]);
        }
        return new ReportSection("How fast", text).Add(table);
    }
}
