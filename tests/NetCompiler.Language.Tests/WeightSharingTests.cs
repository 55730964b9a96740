using NetCompiler.Language.Tests.Networks;

namespace NetCompiler.Language.Tests;

/// <summary>Blocks that share weights, sub-chains, comparisons, frozen parameters, losses with inputs of their own.</summary>
public class WeightSharingTests
{
    [Fact]
    public void NamesAreThoseOfMethodsAndCalls() => Assert.Equal(
        ["stem1.conv1", "stem2.conv1", "state", "round.dense1", "round.dense2"],
        Unrolled.Description.Parameters.Select(p => p.Name[..p.Name.LastIndexOf('.')]).Distinct());

    [Fact]
    public void RoundsUseTheSameWeights()
    {
        using var net = Create();
        var image = Numbers.Draw(64, 3);
        using var session = net.CreateSession();
        session.Watch("input");
        session.Watch("state");
        var outputs = new float[4];
        session.Predict(image, outputs);

        var input = session.Value("input").ToArray();
        var state = session.Value("state").ToArray();
        for (var i = 0; i < 3; i++)
            state = [.. Enumerable.Range(0, 4).Select(o => (float)Math.Tanh(Dense("round.dense1", state, o) + Dense("round.dense2", input, o)))];
        Numbers.Near([.. state.Select(s => s > 0.125f ? s : 0.5f * s)], outputs);
        Assert.Equal(net.Run(image), outputs);

        double Dense(string layer, float[] x, int output) =>
            net.Parameter(layer + ".bias").Values[output]
            + Enumerable.Range(0, x.Length).Sum(i => (double)net.Parameter(layer + ".weight").Values[output * x.Length + i] * x[i]);
    }

    [Fact]
    public void GradientsOfSharedWeightsAreAddedUpAndFrozenOnesAreLeftAlone()
    {
        using var net = Create();
        using var session = new TrainingSession(net, 2);
        var (images, targets) = (Numbers.Draw(128, 5), Numbers.Draw(8, 6));
        session.Gradients.Values.Fill(float.NaN);
        var loss = session.Step(images, targets, seed: 0).Loss;

        Assert.Equal(Cost(net, images, targets), loss, 1e-5);
        Assert.True(session.Predictions.IsEmpty);
        foreach (var name in new[] { "round.dense1.weight", "round.dense2.weight", "state.weight" })
        {
            var parameter = net.Parameter(name);
            float[] before = [.. parameter.Values];
            var differences = Numbers.Differences(before, values =>
            {
                parameter.CopyFrom(values);
                return Cost(net, images, targets);
            });
            parameter.CopyFrom(before);
            Numbers.Near(differences, session.Gradients[name].Values, 2e-2);
        }

        string[] frozen = ["stem1.conv1.weight", "stem1.conv1.bias", "stem2.conv1.weight", "stem2.conv1.bias", "state.bias", "round.dense1.bias", "round.dense2.bias"];
        Assert.Equal(frozen.Order(), Unrolled.Description.Parameters.Where(p => !p.Trainable).Select(p => p.Name).Order());
        // Nobody has written to them.
        Assert.All(frozen, name => Assert.All(session.Gradients[name].Values.ToArray(), g => Assert.Equal(float.NaN, g)));
    }

    [Fact]
    public void CallsMayApplyTheWeightsDifferently()
    {
        Assert.Equal(["look.conv.weight", "look.conv.bias"], TwoStrides.Description.Parameters.Select(p => p.Name));
        using var net = new TwoStrides();
        Numbers.Fill(net, 5);
        var outputs = net.Run(Numbers.Draw(16, 4));

        // Every second place of every second row, in rows of 9 and 4 for each channel.
        for (var channel = 0; channel < 2; channel++)
        {
            var row = outputs.AsSpan(channel * 13, 13).ToArray();
            Numbers.Near([row[0], row[2], row[6], row[8]], row[9..]);
        }
    }

    private static double Cost(Unrolled net, float[] images, float[] targets)
    {
        var outputs = net.Run(images);
        var differences = outputs.Zip(targets, (o, t) => (double)o - t).ToArray();
        return differences.Select(d => Math.Pow(d * d - d, 2)).Average();
    }

    private static Unrolled Create()
    {
        var net = new Unrolled();
        Numbers.Fill(net, 12);
        return net;
    }
}
