using NetCompiler.Detection;

namespace NetCompiler.Training.Tests.Metrics;

/// <summary>Cases that were worked out by hand.</summary>
public sealed class MeanAveragePrecisionTests
{
    private static readonly Box s_left = new(0, 0, 10, 10);
    private static readonly Box s_right = new(20, 0, 30, 10);
    private static readonly Box s_nowhere = new(50, 50, 60, 60);

    [Fact]
    public void Precision_is_averaged_over_recall()
    {
        var metric = new MeanAveragePrecision(1);
        // Right, wrong, right: recall ½ at precision 1, recall 1 at precision ⅔.
        metric.Add(
            [new(s_left, 0, 0.9f), new(s_nowhere, 0, 0.8f), new(s_right, 0, 0.7f)],
            [new(s_left, 0), new(s_right, 0)]);
        Assert.Equal(0.5 * 1 + 0.5 * 2 / 3, metric.Value, 1e-12);
        // A picture of which nothing is seen: the third of three is missing.
        metric.Add([], [new(s_left, 0)]);
        Assert.Equal(1.0 / 3 + 2.0 / 9, metric.Value, 1e-12);
    }

    [Fact]
    public void A_later_precision_that_is_larger_counts_for_what_is_before_it()
    {
        var metric = new MeanAveragePrecision(1);
        // Wrong, right, right: precisions 0, ½, ⅔ at recalls 0, ½, 1.
        metric.Add(
            [new(s_nowhere, 0, 0.9f), new(s_left, 0, 0.8f), new(s_right, 0, 0.7f)],
            [new(s_left, 0), new(s_right, 0)]);
        Assert.Equal(2.0 / 3, metric.Value, 1e-12);
    }

    [Fact]
    public void A_true_box_is_found_once_and_only_by_its_class()
    {
        var metric = new MeanAveragePrecision(3);
        metric.Add(
            [new(s_left, 0, 0.9f), new(s_left, 0, 0.8f), new(s_left, 1, 0.7f), new(s_nowhere, 2, 0.6f)],
            [new(s_left, 0), new(s_right, 1)]);
        Assert.Equal(1, metric.Of(0), 1e-12);
        Assert.Equal(0, metric.Of(1), 1e-12);
        Assert.True(double.IsNaN(metric.Of(2)));
        Assert.Equal(0.5, metric.Value, 1e-12);
    }

    [Fact]
    public void Of_several_true_boxes_the_one_that_is_overlapped_most_is_taken()
    {
        var metric = new MeanAveragePrecision(1, 0.3f);
        Box first = new(0, 0, 10, 10), second = new(4, 0, 14, 10);
        // It overlaps the first by 60/140, the second by 100/100; the other box is left the first.
        metric.Add([new(second, 0, 0.9f), new(new Box(2, 0, 12, 10), 0, 0.8f)], [new(first, 0), new(second, 0)]);
        Assert.Equal(1, metric.Value, 1e-12);
    }

    [Fact]
    public void The_overlap_decides_and_several_are_averaged()
    {
        // 80 of 100: right up to 0.8.
        LabelledBox[] truth = [new(s_left, 0)];
        DetectedBox[] found = [new(new Box(0, 0, 10, 8), 0, 0.9f)];
        Assert.Equal(1, Of(0.8f));
        Assert.Equal(0, Of(0.81f));
        var coco = new MeanAveragePrecision(1, MeanAveragePrecision.CocoOverlaps);
        coco.Add(found, truth);
        Assert.Equal(0.7, coco.Value, 1e-12);

        double Of(float overlap)
        {
            var metric = new MeanAveragePrecision(1, overlap);
            metric.Add(found, truth);
            return metric.Value;
        }
    }

    [Fact]
    public void Boxes_of_the_same_score_are_one_point()
    {
        // Whichever comes first: precision ½ at recall 1.
        foreach (var found in new DetectedBox[][] { [new(s_left, 0, 0.5f), new(s_nowhere, 0, 0.5f)], [new(s_nowhere, 0, 0.5f), new(s_left, 0, 0.5f)] })
        {
            var metric = new MeanAveragePrecision(1);
            metric.Add(found, [new(s_left, 0)]);
            Assert.Equal(0.5, metric.Value, 1e-12);
        }
    }

    [Fact]
    public void Nothing_has_no_precision_and_wrong_arguments_are_refused()
    {
        var metric = new MeanAveragePrecision(2);
        Assert.True(double.IsNaN(metric.Value));
        metric.Add([new(s_left, 1, float.NaN)], [new(s_left, 1)]);
        Assert.Equal(0, metric.Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => metric.Add([new(s_left, 2, 1f)], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => metric.Add([], [new(s_left, -1)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MeanAveragePrecision(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MeanAveragePrecision(1, 0f));
    }
}
