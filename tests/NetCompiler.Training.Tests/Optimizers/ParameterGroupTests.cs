using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Optimizers;

public sealed class ParameterGroupTests
{
    [Fact]
    public void A_group_has_its_own_rate()
    {
        // In one step of plain descent, a bias goes as many times as far.
        var plain = OneStep(new Sgd(0.1f));
        var grouped = OneStep(new Sgd(0.1f), new ParameterGroup("*.bias") { LearningRateFactor = 3f });
        Assert.Equal(plain.Weight, grouped.Weight);
        Assert.All(plain.Bias.Zip(grouped.Bias), b => Assert.Equal(3 * (b.First - 0.5f), b.Second - 0.5f, 1e-6f));
        Assert.Contains(plain.Bias, b => Math.Abs(b - 0.5f) > 1e-3f);
    }

    [Fact]
    public void A_group_has_its_own_decay()
    {
        var without = OneStep(new AdamW(0.1f, weightDecay: 0f));
        var with = OneStep(new AdamW(0.1f, weightDecay: 0.5f));
        var grouped = OneStep(new AdamW(0.1f, weightDecay: 0.5f), ParameterGroup.Vectors with { WeightDecay = 0f });
        Assert.NotEqual(with.Bias, without.Bias);
        Assert.NotEqual(with.Weight, without.Weight);
        Assert.Equal(with.Weight, grouped.Weight);
        Assert.Equal(without.Bias, grouped.Bias);
    }

    [Fact]
    public void The_first_group_that_contains_a_parameter_counts()
    {
        var grouped = OneStep(
            new AdamW(0.1f, weightDecay: 0.5f),
            new ParameterGroup("dense1.*") { WeightDecay = 0f },
            new ParameterGroup("*") { IsFrozen = true });
        Assert.Equal(OneStep(new AdamW(0.1f, weightDecay: 0f)).Weight, grouped.Weight);
    }

    [Fact]
    public void Frozen_parameters_stay_and_their_gradients_are_nothing()
    {
        var plain = OneStep(new Sgd(0.1f, weightDecay: 0.5f));
        var frozen = OneStep(new Sgd(0.1f, weightDecay: 0.5f), new ParameterGroup("dense1.weight") { IsFrozen = true });
        Assert.Equal(frozen.WeightBefore, frozen.Weight);
        Assert.NotEqual(plain.WeightBefore, plain.Weight);
        Assert.Equal(plain.Bias, frozen.Bias);
        // Its norm is that of the bias alone.
        Assert.Equal(
            Math.Sqrt(frozen.Bias.Sum(b => Math.Pow((0.5 - b) / 0.1 - 0.5 * 0.5, 2))), frozen.GradientNorm, 1e-4);
        Assert.True(plain.GradientNorm > frozen.GradientNorm * 1.01);
    }

    [Fact]
    public void A_group_without_parameters_is_refused()
    {
        var thrown = Assert.Throws<ArgumentException>(() => OneStep(new Sgd(0.1f), new ParameterGroup("dense2.*", "conv?.bias")));
        Assert.Contains(
            "parameter group 'dense2.*', 'conv?.bias': expected some of dense1.weight, dense1.bias, found none.",
            thrown.Message,
            StringComparison.Ordinal);
        // What is not trained belongs to no group.
        Assert.Throws<ArgumentException>(() => OneStep(new Sgd(0.1f), new ParameterGroup("counter.seen")));
        // Case counts.
        Assert.Throws<ArgumentException>(() => OneStep(new Sgd(0.1f), new ParameterGroup("Dense1.*")));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup());
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup("*") { LearningRateFactor = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup("*") { WeightDecay = -1 });
    }

    private static (float[] WeightBefore, float[] Weight, float[] Bias, double GradientNorm) OneStep(
        IOptimizer optimizer, params ParameterGroup[] groups)
    {
        using var network = new TinyNetwork();
        network.Parameter("dense1.bias").Values.Fill(0.5f);
        var before = network.Parameter("dense1.weight").Values.ToArray();
        using var trainer = new Trainer(
            network, TinyData.Labelled(20, 1), optimizer, 1, new FitOptions { BatchSize = 20, ParameterGroups = groups });
        var report = trainer.TrainStep();
        return (
            before, network.Parameter("dense1.weight").Values.ToArray(), network.Parameter("dense1.bias").Values.ToArray(),
            report.GradientNorm);
    }
}
