using NetCompiler.Language.Tests.Networks;

namespace NetCompiler.Language.Tests;

/// <summary>Random numbers in predictions: a seed decides on them.</summary>
public class SeedTests
{
    // More samples than a chunk has, and than watching writes at a time.
    private const int Samples = 150;

    [Fact]
    public void ASeedDecidesOnWhatIsDrawn()
    {
        using var net = new Sampler();
        using var session = net.CreateSession(maxBatch: 4);
        var mean = new float[3 * Samples];
        var first = Predict(session, mean);
        Assert.Equal(0u, session.Seed);
        Assert.Equal(net.Draw(mean), first);

        session.Seed = 17;
        var second = Predict(session, mean);
        Assert.NotEqual(first, second);
        Assert.Equal(second, Predict(session, mean));
        Assert.All(second.Zip(first), pair => Assert.NotEqual(pair.First, pair.Second));
        // A method of its own draws by the same seed.
        var noise = new float[3 * Samples];
        session.Noise(mean, noise);
        Assert.NotEqual(net.Noise(mean), noise);
        Assert.InRange(noise.Average(), 0.9f, 1.1f);

        session.Seed = 0;
        Assert.Equal(first, Predict(session, mean));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(64, 1)]
    [InlineData(200, 2)]
    public void NeitherThreadsNorRoomChangeIt(int maxBatch, int threads)
    {
        using var net = new Sampler();
        using var session = net.CreateSession(maxBatch, threads);
        using var single = net.CreateSession();
        session.Seed = single.Seed = 5;
        var mean = Numbers.Draw(3 * Samples, 1);
        Assert.Equal(Predict(single, mean), Predict(session, mean));
    }

    [Fact]
    public void WhatIsWatchedIsWhatWasPredicted()
    {
        using var net = new Sampler();
        using var session = net.CreateSession(maxBatch: 8);
        session.Watch("draw.noise");
        session.Seed = 9;
        var outputs = Predict(session, new float[3 * Samples]);
        var noise = session.Value("draw.noise").ToArray();
        // What is left is the other draw, from 2 to 3.
        Assert.All(outputs.Zip(noise), pair => Assert.InRange(pair.First - pair.Second, 1.99f, 3.01f));
    }

    private static float[] Predict(Session session, float[] mean)
    {
        var outputs = new float[mean.Length];
        session.Predict(mean, outputs);
        return outputs;
    }
}
