using NetCompiler.Language.Tests.Networks;

namespace NetCompiler.Language.Tests;

/// <summary>[Objective] methods: numbers and their gradients.</summary>
public class ObjectiveTests
{
    private static readonly float[] s_images = Numbers.Draw(36 * 3, 4);

    [Fact]
    public void TheGradientOfAScoreWithRespectToTheInputIsTheLimitOfDifferences()
    {
        using var net = Create();

        var (value, gradient) = net.Confidence(s_images);

        Assert.Equal(3, value.Length);
        Numbers.Near(Numbers.Differences(s_images, x => net.Confidence(x).Value.Sum()), gradient, 1e-2);
        // The preprocessing of the objective is part of it; that of Classify is for its own callers.
        var logits = net.Classify([.. s_images.Select(x => x * 0.5f - 0.25f)]);
        for (var i = 0; i < 3; i++)
        {
            var exponentials = logits.Skip(3 * i).Take(3).Select(z => Math.Exp(z)).ToArray();
            Assert.Equal(exponentials[1] / exponentials.Sum(), value[i], 1e-5);
        }
    }

    [Fact]
    public void AnObjectiveMayHaveLabels()
    {
        using var net = Create();
        int[] labels = [2, 0, 1];

        var (value, gradient) = net.Mistake(s_images, labels);

        var logits = net.Classify(s_images);
        for (var i = 0; i < 3; i++)
        {
            var z = logits[(3 * i)..(3 * i + 3)];
            Assert.Equal(Math.Log(z.Sum(x => Math.Exp(x))) - z[labels[i]], value[i], 1e-5);
        }

        Numbers.Near(Numbers.Differences(s_images, x => net.Mistake(x, labels).Value.Sum()), gradient, 1e-2);
    }

    [Fact]
    public void NumbersMeetTensorsOfAnyRank()
    {
        using var net = Create();
        int[] labels = [2, 0, 1];

        var (value, gradient) = net.Penalised(s_images, labels);

        var (logits, mistake) = (net.Classify(s_images), net.Mistake(s_images, labels).Value);
        for (var i = 0; i < 3; i++)
        {
            var (z, x) = (logits[(3 * i)..(3 * i + 3)], s_images[(36 * i)..(36 * i + 36)]);
            var expected = mistake[i] + 0.1 * z.Sum(v => v * v)
                + x.Sum(v => Math.Pow(v / x.Sum(u => u * u) + 0.5 * z.Average(), 2));
            Assert.Equal(expected, value[i], 1e-4);
        }

        Numbers.Near(Numbers.Differences(s_images, x => net.Penalised(x, labels).Value.Sum()), gradient, 1e-2);
    }

    [Fact]
    public void TheGradientWithRespectToANamedValueStopsThere()
    {
        using var net = Create();

        var (score, logits, gradient) = net.Attention(s_images);

        Assert.Equal([logits[2], logits[5], logits[8]], score);
        Numbers.Near(net.Classify(s_images), logits, 1e-6);
        // The mean of 4 × 4 positions, then the weights of the third class.
        var weights = net.Parameter("dense1.weight").Values[8..12].ToArray();
        var expected = Enumerable.Range(0, 3 * 4 * 16).Select(i => weights[i / 16 % 4] / 16).ToArray();
        Numbers.Near(expected, gradient, 1e-5);
    }

    [Fact]
    public void SeveralGradientsAndAnInputWithoutOne()
    {
        using var net = Create();
        using var session = net.CreateSession(2);
        var (left, right, weight) = (Numbers.Draw(10, 1), Numbers.Draw(10, 2), Numbers.Draw(10, 3));
        var (value, leftGradient, rightGradient) = (new float[2], new float[10], new float[10]);

        session.Distance(left, right, weight, value, leftGradient, rightGradient);

        for (var i = 0; i < 10; i++)
        {
            var difference = 2 * (left[i] * weight[i] - right[i]) / 5;
            Assert.Equal(difference * weight[i], leftGradient[i], 1e-5f);
            Assert.Equal(-difference, rightGradient[i], 1e-5f);
        }
    }

    [Fact]
    public void WeightsAndSmoothingArePartOfTheLoss()
    {
        using var net = Create();
        using var session = new TrainingSession(net, 3);
        int[] labels = [2, 0, 1];
        session.Step(s_images, labels, seed: 0);
        double[] classWeights = [1, 2, 0.5];
        var logits = session.Predictions;
        for (var i = 0; i < 3; i++)
        {
            var z = logits.Slice(3 * i, 3).ToArray();
            var normalizer = Math.Log(z.Sum(x => Math.Exp(x)));
            var expected = Enumerable.Range(0, 3).Sum(c =>
                classWeights[c] * ((c == labels[i] ? 0.9 : 0) + 0.1 / 3) * (normalizer - z[c]));
            Assert.Equal(expected, session.Losses[i], 1e-5);
        }
    }

    private static Classifier Create()
    {
        var net = new Classifier();
        Numbers.Fill(net, 11);
        return net;
    }
}
