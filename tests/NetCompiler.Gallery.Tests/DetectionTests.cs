using Gallery.Data;
using Gallery.Running;
using Gallery.Vision;
using NetCompiler.Detection;
using NetCompiler.Imaging;
using NetCompiler.Runtime;

namespace NetCompiler.Gallery.Tests;

/// <summary>What detectors consist of, against small cases that were worked out on paper.</summary>
public class DetectionTests
{
    [Fact]
    public void OffsetsAreDistancesInExtentsAndLogarithmsOfSizes()
    {
        var (box, reference) = (new Box(10, 20, 30, 60), new Box(0, 0, 20, 20));
        var offsets = BoxOffsets.Of(box, reference);

        // The middles are (20, 40) and (10, 10): 10 of 20 to the right, 30 of 20 down; as wide, twice as high.
        Assert.Equal(new BoxOffsets(0.5f, 1.5f, 0, MathF.Log(2)), offsets);
        Assert.Equal(box, offsets.From(reference));
        // In units of 0.1 and 0.2.
        float[] scaled = [5, 15, 0, 5 * MathF.Log(2)];
        Assert.All(offsets.Scaled.Zip(scaled), s => Assert.Equal(s.Second, s.First, 1e-5f));
        var back = BoxOffsets.FromScaled(offsets.Scaled).From(reference);
        Assert.True(back.IntersectionOverUnion(box) > 0.9999f);
    }

    [Fact]
    public void OffsetsThatAreFarOffMakeBoxesThatNumbersHold()
    {
        var box = new BoxOffsets(0, 0, 1_000, 1_000).From(new Box(0, 0, 10, 10));
        Assert.True(float.IsFinite(box.Area));
    }

    [Fact]
    public void AnchorsStandInTheOrderOfPlanes()
    {
        var anchors = new Anchors(rows: 1, columns: 2, stride: 8, sizes: [16], ratios: [0.25f, 1]);

        Assert.Equal(4, anchors.Count);
        // Places have their middles at (4, 4) and (12, 4); a quarter as high as wide is 32 × 8.
        Assert.Equal(new Box(-12, 0, 20, 8), anchors[0]);
        Assert.Equal(new Box(-4, 0, 28, 8), anchors[1]);
        Assert.Equal(new Box(-4, -4, 12, 12), anchors[2]);
        Assert.Equal(new Box(4, -4, 20, 12), anchors[3]);
    }

    [Fact]
    public void AnchorsThatOverlapMuchOrMostShowSomething()
    {
        var anchors = new Anchors(rows: 1, columns: 3, stride: 8, sizes: [8], ratios: [1]);

        // 64 of 112, which is the best that the box has; 48 of 128, which is neither much nor little; nothing.
        var (sides, matches) = anchors.Match([new Box(0, 0, 14, 8)]);
        Assert.Equal([1, 0, -1], sides);
        Assert.Equal(4 / 7f, matches[0].Overlap, 1e-6f);
        Assert.Equal(new BoxMatch(0, 0.375f), matches[1]);
        Assert.Equal(new BoxMatch(-1, 0), matches[2]);
        // Both are above the bound, whichever of them is the best.
        Assert.Equal([1, 1, -1], anchors.Match([new Box(0, 0, 8, 8), new Box(8, 0, 15, 8)]).Sides);
        Assert.Equal([-1, -1, -1], anchors.Match([]).Sides);
    }

    [Fact]
    public void AnchorsAreToSayWhereTheBoxIs()
    {
        var anchors = new Anchors(rows: 1, columns: 3, stride: 8, sizes: [8], ratios: [1]);
        var (labels, offsets) = (new float[3], new float[12]);
        var random = new RandomStream(1);
        anchors.WriteTargets([new Box(0, 0, 14, 8)], count: 2, ref random, labels, offsets);

        Assert.Equal([1f, 0, -1], labels);
        // 3 of 8 to the right, in units of 0.1, in the first plane; ln(14/8), in units of 0.2, in the third.
        Assert.Equal(3.75f, offsets[0], 1e-5f);
        Assert.Equal(0, offsets[3]);
        Assert.Equal(5 * MathF.Log(1.75f), offsets[6], 1e-5f);
        Assert.Equal(2, offsets.Count(o => o != 0));
    }

    [Fact]
    public void WhatIsProposedIsTheSurestWithinThePicture()
    {
        var anchors = new Anchors(rows: 1, columns: 3, stride: 8, sizes: [12], ratios: [1]);
        var offsets = new float[12];
        // The third says that it is where the second is.
        offsets[2] = -8 / 12f / 0.1f;
        var proposals = anchors.Propose([0.1f, 0.3f, 0.2f], offsets, new Box(0, 0, 24, 8), most: 5);

        Assert.Equal([new Box(6, 0, 18, 8), new Box(0, 0, 10, 8)], proposals);
        Assert.Single(anchors.Propose([0.1f, 0.3f, 0.2f], offsets, new Box(0, 0, 24, 8), most: 1));
        Assert.Single(anchors.Propose([0.1f, 0.3f, 0.2f], offsets, new Box(0, 0, 24, 8), most: 5, considered: 2));
        Assert.Empty(anchors.Propose([0.1f, 0.3f, 0.2f], offsets, new Box(0, 0, 24, 2), most: 5));
    }

    [Fact]
    public void RegionsThatShowSomethingAreTold()
    {
        var random = new RandomStream(1);
        var (regions, labels, offsets) = (new float[24], new float[6], new float[24]);
        // The first overlaps the box by 80 of 120, the second not at all; the annotated box itself is the third.
        RegionTargets.Write(
            [new Box(2, 0, 12, 10), new Box(40, 0, 50, 10)], [new LabelledBox(new Box(0, 0, 10, 10), 2)], ref random, regions, labels, offsets, part: 0.5);

        Assert.Equal([3f, 3, 0, -1, -1, -1], labels);
        Assert.Equal([40f, 0, 50, 10], regions[8..12]);
        Assert.Equal(0, regions[12..].Sum());
        var near = Enumerable.Range(0, 2).Single(r => regions[4 * r] == 2);
        Assert.Equal([-2, 0, 0, 0], offsets[(4 * near)..(4 * near + 4)]);
        Assert.Equal(-2, offsets.Sum());
    }

    [Fact]
    public void RegionsAreReadAsBoxesOfTheirKinds()
    {
        // Of two kinds the second, 0.2 to the right.
        float[] offsets = [0, 0, 0, 0, 2, 0, 0, 0];
        var claim = Assert.Single(RegionReader.Read([new Box(0, 0, 10, 10)], 2, [0.1f, 0.7f], offsets, 0.5f, new Box(0, 0, 11, 20)));
        Assert.Equal(new DetectedBox(new Box(2, 0, 11, 10), 1, 0.7f), claim);
    }

    [Fact]
    public void MirroredSamplesHaveTheirBoxesMirrored()
    {
        var image = new Image(10, 8, 1);
        image[1, 2] = 200;
        var sample = new DetectionSample(image, [new Box(1, 1, 4, 3)], [1]) { Proposals = [new Box(0, 0, 2, 2)] };

        var across = sample.Mirror(across: true, down: false);
        Assert.Equal(new Box(6, 1, 9, 3), across.Boxes[0]);
        Assert.Equal(new Box(8, 0, 10, 2), across.Proposals[0]);
        Assert.Equal(200, across.Image[8, 2]);
        Assert.Equal(new Box(1, 5, 4, 7), sample.Mirror(across: false, down: true).Boxes[0]);
        var twice = sample.Mirror(true, true).Mirror(true, true);
        Assert.Equal(sample.Boxes, twice.Boxes);
        Assert.Equal(image.Pixels, twice.Image.Pixels);
    }

    [Fact]
    public void WarpedRegionsHaveALittleAroundThem()
    {
        var image = new Image(40, 40, 1);
        for (var p = 0; p < image.Pixels.Length; p++)
            image.Pixels[p] = (byte)(p % 40 < 20 ? 0 : 100);

        // From 17 to 43, which the picture ends before: 17 to 40, of which 17 to 20 are black.
        var warped = WarpedRegion.Of(image, [new Box(20, 0, 40, 20), new Box(-5, -5, -2, -2)], 23);
        Assert.Equal(2 * 23 * 23, warped.Length);
        Assert.Equal([0, 0, 0], warped[..3]);
        Assert.All(warped[3..23], b => Assert.Equal(100, b));
        // A region outside of the picture is its nearest pixel.
        Assert.All(warped[(23 * 23)..], b => Assert.Equal(0, b));
    }

    [Fact]
    public void NothingIsDrawnTwice()
    {
        var random = new RandomStream(3);
        var drawn = BoxMatch.Draw(Enumerable.Range(0, 20), 8, ref random);
        Assert.Equal(8, drawn.Distinct().Count());
        Assert.Equal([0, 1, 2], BoxMatch.Draw([2, 0, 1], 5, ref random).Order());
    }

    [Fact]
    public void TimesOfStagesAddUp()
    {
        var times = new StageTimes<DetectionStage>();
        times.Add(DetectionStage.Heads, TimeSpan.FromMilliseconds(2));
        times.Add(DetectionStage.Heads, TimeSpan.FromMilliseconds(3));
        Assert.Equal(7, times.Take(DetectionStage.Features, () => 7));
        Assert.Equal(5, times[DetectionStage.Heads]);
        Assert.Equal(0, times[DetectionStage.Proposals]);
        Assert.Equal(5 + times[DetectionStage.Features], times.Sum);
    }
}
