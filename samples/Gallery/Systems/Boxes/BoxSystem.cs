using Gallery.Data;
using Gallery.Pictures;
using Gallery.Running;
using Gallery.Vision;
using NetCompiler.Detection;
using NetCompiler.Imaging;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Boxes;

/// <summary>What detectors are made of: overlap, suppression, proposals.</summary>
internal sealed class BoxSystem : ISystem
{
    public int Number => 11;

    public string Name => "boxes";

    public string Title => "Boxes";

    public string Shows =>
        "Intersection over union, non-maximum suppression, and selective search: regions of a picture are merged step by step, the most alike "
        + "in colour, texture, size and fill first, and each on the way is a proposal.";

    public SystemResult Run(SystemContext context)
    {
        var cases = HandCases.All();
        var table = new DataTable("Case", "By hand", "Computed");
        foreach (var hand in cases)
            table.AddRow(hand.Name, Invariant($"{hand.Expected:0.####}"), Invariant($"{hand.Computed:0.####}"));
        var (_, pictures) = BloodCells.Load(context.Data, 320, 240, 0, context.Size(60, 4));
        var proposals = new List<List<Box>>();
        foreach (var picture in pictures)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            proposals.Add(SelectiveSearch.Propose(picture.Image, scale: 100, minimum: 30));
        }
        return new SystemResult(
            [
                new Score("cases worked by hand that agree", cases.Count(c => c.Agrees) / (double)cases.Count),
                new Score("cells with a proposal of IoU 0.5", Recall(pictures, proposals)),
                new Score("proposals a picture", proposals.Average(p => p.Count), "F0"),
            ],
            [
                new ReportSection("Worked by hand", "Small cases whose results can be worked out on paper.").Add(table),
                Steps(pictures[0].Image),
                Proposals(pictures, proposals),
                RecallCurve(pictures, proposals),
            ]);
    }

    private static double Recall(IReadOnlyList<DetectionSample> pictures, List<List<Box>> proposals, int most = int.MaxValue, float overlap = 0.5f)
    {
        var cells = pictures.SelectMany((p, i) => p.Boxes.Select(b => (Box: b, Picture: i))).ToList();
        return cells.Count(c => proposals[c.Picture].TakeLast(most).Any(b => b.IntersectionOverUnion(c.Box) >= overlap)) / (double)cells.Count;
    }

    private static ReportSection Steps(Image image)
    {
        var segments = Segmentation.Segment(image, scale: 100, minimum: 30);
        var regions = Region.Of(image, segments);
        var (all, steps) = SelectiveSearch.Merge(regions, SelectiveSearch.Neighbours(segments, image.Width), image.Width * image.Height);
        var pictures = new List<Picture>();
        foreach (var left in new[] { regions.Count, regions.Count / 2, regions.Count / 4, 20, 8, 3 }.Where(n => n <= regions.Count).Distinct())
        {
            var done = steps.Take(regions.Count - left).ToList();
            var owner = Enumerable.Range(0, all.Count).ToArray();
            for (var s = 0; s < done.Count; s++)
                owner[done[s].A] = owner[done[s].B] = regions.Count + s;
            pictures.Add(new Picture(Colored(image, [.. segments.Select(Root)], all), $"{left} regions") { Caption = Invariant($"{left} regions") });

            int Root(int region)
            {
                while (owner[region] != region)
                    region = owner[region];
                return region;
            }
        }
        return new ReportSection(
            "Regions merged step by step",
            "It begins with a segmentation by colour steps, and merges the two neighbours that are most alike until one region is left. Each "
            + "region has the mean colour of its histogram.")
            .Add(new ImageGrid { CellWidth = 300, Pictures = pictures });
    }

    private static Image Colored(Image image, int[] owners, List<Region> regions)
    {
        var result = new Image(image.Width, image.Height, 3);
        for (var i = 0; i < owners.Length; i++)
        {
            var color = regions[owners[i]].Color;
            for (var c = 0; c < 3; c++)
                result.Pixels[3 * i + c] = (byte)Enumerable.Range(0, 25).Sum(b => 3 * color[c * 25 + b] * (b + 0.5) * 255 / 25);
        }
        return result;
    }

    private static ReportSection Proposals(IReadOnlyList<DetectionSample> pictures, List<List<Box>> proposals)
    {
        var shown = pictures.Take(4).Select((p, i) => new Picture(
            BoxPainter.Draw(p.Image, [.. p.Boxes.Select(b => (b, 1)), .. p.Boxes.Select(b => (proposals[i].MaxBy(b.IntersectionOverUnion), 0))]),
            "Cells and the proposals that fit them best")
        { Caption = Invariant($"{p.Boxes.Count} cells, {proposals[i].Count} proposals") });
        return new ReportSection(
            "Proposals",
            "Orange: cells as they were annotated. Blue: for each the proposal that overlaps it most.")
            .Add(new ImageGrid { CellWidth = 480, Pictures = [.. shown] });
    }

    private static ReportSection RecallCurve(IReadOnlyList<DetectionSample> pictures, List<List<Box>> proposals) => new ReportSection(
        "What is found",
        "The part of the cells that some proposal overlaps, by how much it has to.").Add(new LineChart
        {
            XLabel = "IoU at least",
            YLabel = "cells found",
            IsPercent = true,
            Series =
            [
                new LineSeries("all proposals", [.. Overlaps().Select(o => (o, Recall(pictures, proposals, overlap: (float)o)))]),
                new LineSeries("the last 100", [.. Overlaps().Select(o => (o, Recall(pictures, proposals, 100, (float)o)))]),
            ],
        });

    private static IEnumerable<double> Overlaps() => Enumerable.Range(4, 15).Select(i => i / 20.0);
}
