using NetCompiler.Language.Tests.Networks;

namespace NetCompiler.Language.Tests;

/// <summary>Several [Forward] methods: what they are called, that they share weights, what they take.</summary>
public class EntryPointTests
{
    [Fact]
    public void ResultsMayBeCalledAsInputsAre()
    {
        using var net = new Swapper();

        var (left, right) = net.Swap([1, 2, 3], [4, 5, 6]);

        Assert.Equal([8, 10, 12], left);
        Assert.Equal([3, 6, 9], right);
        using var session = net.CreateSession(1);
        session.Swap([1, 2, 3], [4, 5, 6], leftResult: left, result0: right);
        Assert.Equal([8, 10, 12], left);
    }

    [Fact]
    public void MethodsShareTheWeightsOfThoseThatTheyCall()
    {
        using var net = new Autoencoder(seed: 3);
        var image = Numbers.Draw(6 * 3, 1);

        var (reconstruction, mean, spread) = net.Reconstruct(image);
        var encoded = net.Encode(image);

        Assert.Equal(encoded.Mean, mean);
        Assert.Equal(encoded.Spread, spread);
        Numbers.Near(reconstruction, net.Decode(mean, spread), 1e-6);
        Assert.Equal(
            ["encode.dense1", "encode.dense2", "encode.dense3", "decode.dense1", "decode.dense2"],
            Autoencoder.Description.Parameters.Select(p => p.Name[..p.Name.LastIndexOf('.')]).Distinct());
    }

    [Fact]
    public void SessionsTakeSpansAndAnyBatch()
    {
        using var net = new Autoencoder(seed: 3);
        using var session = net.CreateSession(maxBatch: 2, threads: 2);
        var image = Numbers.Draw(6 * 5, 2);
        var (mean, spread, output) = (new float[10], new float[12], new float[30]);

        session.Encode(image, mean, spread);
        session.Decode(mean, spread.AsSpan(0, 10), output);

        var (reconstruction, _, _) = net.Reconstruct(image);
        Numbers.Near(reconstruction, output, 1e-6);
        Assert.Equal(net.Encode(image).Mean, mean);
        Assert.Equal([0f, 0f], spread[10..]);
    }

    [Fact]
    public void NothingIsAllocatedPerCall()
    {
        using var net = new Autoencoder();
        using var session = net.CreateSession(maxBatch: 4);
        var image = Numbers.Draw(24, 2);
        var (mean, spread) = (new float[8], new float[8]);
        session.Encode(image, mean, spread);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            session.Encode(image, mean, spread);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void BuffersAreChecked()
    {
        using var net = new Autoencoder();
        using var session = net.CreateSession(2);
        var buffer = new float[40];

        Assert.Equal(
            "Autoencoder: 'spread': expected 2 samples, as 'mean' has, found 1. (Parameter 'spread')",
            Assert.Throws<ArgumentException>(() => session.Decode(new float[4], new float[2], new float[12])).Message);
        Assert.Contains("expected at least 12", Assert.Throws<ArgumentException>(() => session.Decode(new float[4], new float[4], new float[11])).Message);
        Assert.Contains("expected a multiple of 2", Assert.Throws<ArgumentException>(() => session.Decode(new float[3], new float[3], new float[12])).Message);
        Assert.Contains(
            "'outputs' overlaps 'spread'",
            Assert.Throws<ArgumentException>(() => session.Decode(buffer.AsSpan(0, 2), buffer.AsSpan(6, 2), buffer.AsSpan(7, 6))).Message);
        Assert.Contains("with 1 inputs and 1 outputs", Assert.Throws<InvalidOperationException>(() => session.Predict(new float[6], buffer)).Message);
    }

    [Fact]
    public void TheLossOfSeveralTermsIsMinimised()
    {
        using var net = new Autoencoder(seed: 5);
        using var session = new TrainingSession(net, maxBatch: 4);
        var images = Numbers.Draw(6 * 4, 7);

        var result = session.Step(images, images, seed: 0);

        var (reconstruction, mean, spread) = net.Reconstruct(images);
        var expected = Error(reconstruction, images, x => x * x) + 0.25 * Error(mean, spread, Math.Abs);
        Assert.Equal(expected, result.Loss, 1e-5);
        Assert.Equal(reconstruction, session.Predictions.ToArray());
        // By differences: what StopGradient is in front of is a constant.
        foreach (var name in new[] { "encode.dense1.weight", "encode.dense2.bias", "encode.dense3.weight", "decode.dense2.weight" })
        {
            var parameter = net.Parameter(name);
            float[] before = [.. parameter.Values];
            var differences = Numbers.Differences(before, values =>
            {
                parameter.CopyFrom(values);
                var (r, m, _) = net.Reconstruct(images);
                return Error(r, images, x => x * x) + 0.25 * Error(m, spread, Math.Abs);
            });
            parameter.CopyFrom(before);
            Numbers.Near(differences, session.Gradients[name].Values, 1e-2);
        }

        static double Error(float[] a, float[] b, Func<double, double> f) => a.Zip(b, (x, y) => f((double)x - y)).Average();
    }
}
