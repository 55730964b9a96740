namespace NetCompiler.Training.Tests.Optimizers;

public sealed class LearningRateScheduleTests
{
    private const int StepsPerEpoch = 10;
    private const int Epochs = 4;

    [Fact]
    public void Constant_stays() => AssertFactors(LearningRateSchedule.Constant, (0, 1), (39, 1));

    [Fact]
    public void Step_falls_after_whole_epochs() =>
        AssertFactors(LearningRateSchedule.Step(2, 0.1f), (0, 1), (19, 1), (20, 0.1), (39, 0.1), (40, 0.01));

    [Fact]
    public void Exponential_falls_after_every_epoch() =>
        AssertFactors(LearningRateSchedule.Exponential(0.5f), (9, 1), (10, 0.5), (25, 0.25), (30, 0.125));

    [Fact]
    public void Cosine_goes_down_over_the_run() =>
        // 0.1 + 0.9 (1 + cos πx) / 2 at x = 0, 1/4, 1/2, 3/4
        AssertFactors(LearningRateSchedule.Cosine(final: 0.1f), (0, 1), (10, 0.8681981), (20, 0.55), (30, 0.2318019), (40, 0.1));

    [Fact]
    public void Warmup_rises_first() =>
        AssertFactors(LearningRateSchedule.Cosine(warmup: 0.25f), (0, 0.1), (4, 0.5), (9, 1), (10, 1), (25, 0.5));

    [Fact]
    public void Any_delegate_will_do() =>
        AssertFactors(LearningRateSchedule.FromDelegate((in p) => p.Epoch + (float)p.Progress), (0, 0), (5, 0.125), (20, 2.5));

    private static void AssertFactors(ILearningRateSchedule schedule, params ReadOnlySpan<(long Step, double Factor)> expected)
    {
        foreach (var (step, factor) in expected)
            Assert.Equal(factor, schedule.Factor(new TrainingPosition(step, StepsPerEpoch, Epochs)), 1e-6);
    }
}
