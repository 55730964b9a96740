using NetCompiler.Detection;

namespace NetCompiler.Runtime.Tests.Detection;

public class DetectionTests
{
    [Fact]
    public void BoxesOverlapByTheirCommonArea()
    {
        var box = new Box(0, 0, 4, 2);
        Assert.Equal(8, box.Area);
        Assert.Equal(box, Box.FromCenter(2, 1, 4, 2));
        Assert.Equal(1, box.IntersectionOverUnion(box));
        // 2 × 1 in common, 8 + 4 − 2 together.
        Assert.Equal(0.2f, box.IntersectionOverUnion(new Box(2, 1, 4, 3)), 1e-6f);
        Assert.Equal(0, box.IntersectionOverUnion(new Box(4, 0, 5, 1)));
        Assert.Equal(0, box.IntersectionOverUnion(new Box(3, 1, 1, 2)));
        Assert.Equal(new Box(0, -1, 7, 2), box.Union(new Box(5, -1, 7, 1)));
        Assert.Equal(0, new Box(1, 1, 1, 1).IntersectionOverUnion(new Box(1, 1, 1, 1)));
    }

    [Fact]
    public void TheSurestOfOverlappingBoxesIsKept()
    {
        DetectedBox[] boxes =
        [
            new(new Box(0, 0, 10, 10), 0, 0.5f),
            new(new Box(1, 0, 11, 10), 0, 0.9f),
            new(new Box(0, 0, 10, 10), 1, 0.7f),
            new(new Box(20, 0, 30, 10), 0, 0.5f),
            new(new Box(20, 0, 30, 9), 0, 0.5f),
            new(new Box(50, 0, 60, 10), 0, float.NaN),
        ];

        Assert.Equal([boxes[1], boxes[2], boxes[3]], NonMaximumSuppression.Apply(boxes));
        Assert.Equal([boxes[1], boxes[3]], NonMaximumSuppression.Apply(boxes, perClass: false));
        Assert.Equal([boxes[1]], NonMaximumSuppression.Apply(boxes, most: 1));
        // 90 of 110 in common: as much as is allowed is no reason.
        Assert.Equal(4, NonMaximumSuppression.Apply(boxes, boxes[0].Box.IntersectionOverUnion(boxes[1].Box)).Count);
        Assert.Empty(NonMaximumSuppression.Apply([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => NonMaximumSuppression.Apply([], 1.5f));
        Assert.Throws<ArgumentOutOfRangeException>(() => NonMaximumSuppression.Apply([], float.NaN));
    }
}
