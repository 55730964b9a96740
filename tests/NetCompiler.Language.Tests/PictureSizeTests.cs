using NetCompiler.Language.Tests.Networks;

namespace NetCompiler.Language.Tests;

/// <summary>A fully convolutional network at two sizes of pictures, which are two entry points over the same weights.</summary>
public class PictureSizeTests
{
    private const int Side = 8;
    private const int Height = 12;
    private const int Width = 10;
    private const int Classes = 3;

    [Fact]
    public void ALargerPictureGivesAMapOfScores()
    {
        using var net = Create();
        var picture = Numbers.Draw(Height * Width, 7);

        var map = net.Scan(picture);

        // Two pixels of the picture are one of the map: at each place the scores are those of what is cut out there.
        var (rows, columns) = ((Height - Side) / 2 + 1, (Width - Side) / 2 + 1);
        Assert.Equal(Classes * rows * columns, map.Length);
        for (var y = 0; y < rows; y++)
            for (var x = 0; x < columns; x++)
            {
                var part = Enumerable.Range(0, Side * Side).Select(i => picture[(2 * y + i / Side) * Width + 2 * x + i % Side]).ToArray();
                float[] here = [.. Enumerable.Range(0, Classes).Select(c => map[(c * rows + y) * columns + x])];
                Numbers.Near(net.Classify(part), here, 1e-5);
            }
    }

    [Fact]
    public void BothSizesHaveTheSameParameters() => Assert.Equal(
        ["classify.score.conv1", "classify.score.batchnorm1", "classify.score.classes"],
        Detector.Description.Parameters.Select(p => p.Name[..p.Name.LastIndexOf('.')]).Distinct());

    [Fact]
    public void TrainingAtOneSizeChangesTheOther()
    {
        using var net = Create();
        var picture = Numbers.Draw(Height * Width, 7);
        var before = net.Scan(picture);
        using var session = new TrainingSession(net, maxBatch: 1);
        session.Step(Numbers.Draw(Side * Side, 3), [1], seed: 0);
        var parameter = net.Parameter("classify.score.classes.weight");
        parameter.CopyFrom([.. parameter.Values.ToArray().Zip(session.Gradients["classify.score.classes.weight"].Values.ToArray(), (w, g) => w - g)]);

        Assert.NotEqual(before, net.Scan(picture));
    }

    [Fact]
    public void SeveralResultsAreReadAndReturned()
    {
        using var net = Create();
        float[] boxes = [0, 0, 9, 7, 2, -3, 4, 30];
        var (best, where) = net.Look(Numbers.Draw(Height * Width, 7), boxes);

        Assert.Equal(2, best.Length);
        Assert.True(best[0] >= best[1]);
        Assert.All(where, index => Assert.InRange(index, 0, Classes * 2 - 1));
        Assert.NotEqual(where[0], where[1]);
    }

    private static Detector Create()
    {
        var net = new Detector();
        Numbers.Fill(net, 12);
        return net;
    }
}
