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
    public void MultiStep_falls_after_each_milestone() =>
        AssertFactors(LearningRateSchedule.MultiStep(0.5f, 3, 1), (0, 1), (9, 1), (10, 0.5), (29, 0.5), (30, 0.25));

    [Fact]
    public void Polynomial_falls_to_zero()
    {
        AssertFactors(LearningRateSchedule.Polynomial(), (0, 1), (10, 0.75), (39, 0.025), (40, 0));
        AssertFactors(LearningRateSchedule.Polynomial(power: 2f, epochs: 2), (0, 1), (5, 0.5625), (10, 0.25), (20, 0), (30, 0));
    }

    [Fact]
    public void Linear_goes_from_one_factor_to_the_other() =>
        AssertFactors(LearningRateSchedule.Linear(0.25f, 0.75f, epochs: 2), (0, 0.25), (5, 0.375), (10, 0.5), (20, 0.75), (39, 0.75));

    /// <summary>CosineAnnealingWarmRestarts with T_0 = 1, T_mult = 2: waves of 10, 20 and 40 steps.</summary>
    [Fact]
    public void Restarts_begin_anew_after_longer_and_longer_waves()
    {
        for (var step = 0; step < 70; step++)
        {
            var (at, length) = step < 10 ? (step, 10) : step < 30 ? (step - 10, 20) : (step - 30, 40);
            var expected = 0.2 + 0.8 / 2 * (1 + Math.Cos(Math.PI * at / length));
            AssertFactors(LearningRateSchedule.CosineWithRestarts(1, 2, final: 0.2f), (step, expected));
        }
        AssertFactors(LearningRateSchedule.CosineWithRestarts(2), (0, 1), (10, 0.5), (20, 1), (35, 0.1464466));
    }

    /// <summary>OneCycleLR as its source has it: total_steps = 40, phases that end at 11 and 39.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OneCycle_rises_and_falls(bool linear)
    {
        var schedule = LearningRateSchedule.OneCycle(0.3f, 10f, 100f, linear);
        for (var step = 0; step < 40; step++)
        {
            var (from, to, part) = step <= 11 ? (0.1, 1.0, step / 11.0) : (1.0, 0.001, (step - 11) / 28.0);
            var expected = linear ? from + (to - from) * part : to + (from - to) / 2 * (1 + Math.Cos(Math.PI * part));
            // 0.3 as a float is 1.2e-8 more.
            Assert.Equal(expected, Factor(schedule, step), 1e-6);
        }
    }

    [Fact]
    public void A_cycle_of_few_steps_is_finite()
    {
        var schedule = LearningRateSchedule.OneCycle(0.5f);
        for (var steps = 1; steps < 5; steps++)
        {
            for (var step = 0; step < steps; step++)
                Assert.InRange(schedule.Factor(new TrainingPosition(step, steps, 1)), 0f, 1f);
        }
    }

    [Fact]
    public void Schedules_multiply() =>
        AssertFactors(
            LearningRateSchedule.Product(LearningRateSchedule.Exponential(0.5f), LearningRateSchedule.Step(2, 0.1f)),
            (0, 1), (10, 0.5), (20, 0.025));

    [Fact]
    public void Warmup_rises_to_any_schedule() =>
        AssertFactors(
            LearningRateSchedule.Exponential(0.5f).WithWarmup(epochs: 1.5, start: 0.25f),
            (0, 0.25 + 0.75 / 15), (9, 0.75), (10, 0.5 * (0.25 + 0.75 * 11 / 15)), (14, 0.5), (20, 0.25));

    [Fact]
    public void Schedules_follow_each_other() =>
        AssertFactors(
            LearningRateSchedule.Polynomial().Then(2, LearningRateSchedule.Exponential(0.5f).Then(1, LearningRateSchedule.Cosine())),
            (0, 1), (10, 0.5), (19, 0.05), (20, 1), (29, 1), (30, 1), (35, 0.5));

    /// <summary>torch.optim.lr_scheduler.ReduceLROnPlateau, written down from its source, statement by statement.</summary>
    [Theory]
    [InlineData(0, 0, 1e-4, false, 0f)]
    [InlineData(2, 0, 1e-4, false, 0f)]
    [InlineData(1, 3, 0.05, false, 0.2f)]
    [InlineData(1, 2, 0.05, true, 0f)]
    public void Plateaus_reduce(int patience, int cooldown, double threshold, bool isAbsolute, float smallest)
    {
        var schedule = LearningRateSchedule.ReduceOnPlateau(
            Metric.ValidationLoss, 0.5f, patience, threshold, isAbsolute, cooldown, smallest);
        Assert.Equal(Metric.ValidationLoss, schedule.Monitor);
        var history = new History();
        var (rate, best, bad, waiting, reductions) = (1.0, double.PositiveInfinity, 0, 0, 0);
        for (var epoch = 0; epoch < 40; epoch++)
        {
            var position = new TrainingPosition(epoch * StepsPerEpoch + 3, StepsPerEpoch, 40) { History = history };
            Assert.Equal(rate, schedule.Factor(position), 1e-6);
            var loss = 1 / (1 + epoch * 0.2) + 0.1 * Math.Sin(epoch * 2.0);
            history.Add(new EpochResult(epoch + 1, 0, 0, loss, 0, 0, 0));
            if (isAbsolute ? loss < best - threshold : loss < best * (1 - threshold))
                (best, bad) = (loss, 0);
            else
                bad++;
            if (waiting > 0)
            {
                waiting--;
                bad = 0;
            }
            if (bad > patience)
            {
                (rate, waiting, bad) = (Math.Max(rate * 0.5, smallest), cooldown, 0);
                reductions++;
            }
        }
        Assert.InRange(reductions, 2, 39);
    }

    [Fact]
    public void A_plateau_in_a_sequence_sees_its_own_epochs()
    {
        var schedule = LearningRateSchedule.Constant.Then(3, LearningRateSchedule.ReduceOnPlateau(patience: 0));
        Assert.Equal(Metric.ValidationLoss, schedule.Monitor);
        var history = new History();
        foreach (var (epoch, expected) in new[] { (0, 1), (1, 1), (2, 1), (3, 1), (4, 1), (5, 0.1) })
        {
            var position = new TrainingPosition(epoch * StepsPerEpoch, StepsPerEpoch, 9) { History = history };
            Assert.Equal(expected, schedule.Factor(position), 1e-6);
            history.Add(new EpochResult(epoch + 1, 0, 0, 5, 0, 0, 0));
        }
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.MultiStep(0.1f, 3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Polynomial(epochs: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.CosineWithRestarts(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.OneCycle(0f));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.OneCycle(1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.OneCycle(divisor: 0.5f));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.ReduceOnPlateau(factor: 1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Constant.WithWarmup(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Constant.Then(0, LearningRateSchedule.Constant));
    }

    private static float Factor(ILearningRateSchedule schedule, long step) =>
        schedule.Factor(new TrainingPosition(step, StepsPerEpoch, Epochs));

    [Fact]
    public void Any_delegate_will_do() =>
        AssertFactors(LearningRateSchedule.FromDelegate((in p) => p.Epoch + (float)p.Progress), (0, 0), (5, 0.125), (20, 2.5));

    private static void AssertFactors(ILearningRateSchedule schedule, params ReadOnlySpan<(long Step, double Factor)> expected)
    {
        foreach (var (step, factor) in expected)
            Assert.Equal(factor, schedule.Factor(new TrainingPosition(step, StepsPerEpoch, Epochs)), 1e-6);
    }
}
