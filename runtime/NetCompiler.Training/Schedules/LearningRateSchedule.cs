namespace NetCompiler.Training;

/// <summary>
/// The usual learning-rate schedules, with the formulas of <c>torch.optim.lr_scheduler</c>. Those that PyTorch steps after every batch
/// change a little with every step, and so do their lengths in epochs need not be whole.
/// </summary>
public static class LearningRateSchedule
{
    /// <summary>The optimiser's learning rate, unchanged.</summary>
    public static ILearningRateSchedule Constant { get; } = FromDelegate((in _) => 1f);

    /// <summary>Multiplied by <paramref name="factor"/> after every <paramref name="epochs"/> epochs (PyTorch's StepLR).</summary>
    /// <param name="epochs">How many epochs a rate lasts, at least 1.</param>
    /// <param name="factor">More than 0.</param>
    public static ILearningRateSchedule Step(int epochs, float factor = 0.1f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        return FromDelegate((in position) => (float)Math.Pow(factor, position.Epoch / epochs));
    }

    /// <summary>Multiplied by <paramref name="factor"/> after each of some epochs (PyTorch's MultiStepLR).</summary>
    /// <param name="factor">More than 0.</param>
    /// <param name="milestones">After how many epochs, each at least 1; the same twice multiplies twice.</param>
    public static ILearningRateSchedule MultiStep(float factor, params int[] milestones)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        var sorted = milestones.Order().ToArray();
        if (sorted is [< 1, ..])
            throw new ArgumentOutOfRangeException(nameof(milestones), sorted[0], "Expected epochs of at least 1.");
        return FromDelegate((in position) =>
        {
            var passed = 0;
            while (passed < sorted.Length && sorted[passed] <= position.Epoch)
                passed++;
            return (float)Math.Pow(factor, passed);
        });
    }

    /// <summary>Multiplied by <paramref name="factor"/> after every epoch (PyTorch's ExponentialLR).</summary>
    /// <param name="factor">More than 0.</param>
    public static ILearningRateSchedule Exponential(float factor) => Step(1, factor);

    /// <summary>
    /// (1 − progress)^<paramref name="power"/>, a little less with every step, down to 0 at the end of the run (PyTorch's PolynomialLR
    /// stepped after every batch).
    /// </summary>
    /// <param name="power">More than 0; 1 for a straight line.</param>
    /// <param name="epochs">After how many epochs 0 is reached, more than 0; null for all of the run.</param>
    public static ILearningRateSchedule Polynomial(float power = 1f, double? epochs = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(power);
        if (epochs is { } length)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length, nameof(epochs));
        return FromDelegate((in position) =>
        {
            var progress = Math.Min(1.0, position.Step / ((epochs ?? position.Epochs) * position.StepsPerEpoch));
            return (float)Math.Pow(1.0 - progress, power);
        });
    }

    /// <summary>
    /// A straight line over the first epochs, step by step: the first step has <paramref name="start"/>, and from the end of the line on
    /// every one has <paramref name="end"/> (PyTorch's LinearLR stepped after every batch).
    /// </summary>
    /// <param name="start">The first factor, 0 or more.</param>
    /// <param name="end">The last factor, 0 or more.</param>
    /// <param name="epochs">How long the line is, more than 0.</param>
    public static ILearningRateSchedule Linear(float start = 1f / 3f, float end = 1f, double epochs = 5)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(end);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        return FromDelegate((in position) =>
            (float)(start + ((double)end - start) * Math.Min(1.0, position.Step / (epochs * position.StepsPerEpoch))));
    }

    /// <summary>
    /// Half a cosine wave from 1 down to <paramref name="final"/> over the whole run, a little with every step (PyTorch's
    /// CosineAnnealingLR; Loshchilov and Hutter, SGDR, 2017), after a straight rise from 0 over the first part of the run if
    /// <paramref name="warmup"/> asks for it.
    /// </summary>
    /// <param name="final">The factor at the very end, 0 or more.</param>
    /// <param name="warmup">The part of the run that rises, from 0 (none) to less than 1.</param>
    public static ILearningRateSchedule Cosine(float final = 0f, float warmup = 0f)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(final);
        Ranges.ThrowUnlessFraction(warmup);
        return FromDelegate((in position) =>
        {
            var progress = position.Progress;
            if (progress < warmup)
                return (float)((position.Step + 1) / (warmup * (double)position.Steps));
            return (float)Anneal(1.0, final, (progress - warmup) / (1.0 - warmup));
        });
    }

    /// <summary>
    /// Half cosine waves from 1 down to <paramref name="final"/>, one after the other, each <paramref name="multiplier"/> times as long as
    /// the one before (PyTorch's CosineAnnealingWarmRestarts; Loshchilov and Hutter, SGDR, 2017).
    /// </summary>
    /// <param name="epochs">Epochs of the first wave, at least 1 (T_0).</param>
    /// <param name="multiplier">At least 1 (T_mult).</param>
    /// <param name="final">The factor that each wave falls to, 0 or more.</param>
    public static ILearningRateSchedule CosineWithRestarts(int epochs, int multiplier = 1, float final = 0f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(multiplier, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(final);
        return FromDelegate((in position) =>
        {
            var length = (double)epochs * position.StepsPerEpoch;
            var step = (double)position.Step;
            if (multiplier == 1)
                return (float)Anneal(1.0, final, step % length / length);
            for (; step >= length; length *= multiplier)
                step -= length;
            return (float)Anneal(1.0, final, step / length);
        });
    }

    /// <summary>
    /// Up from 1/<paramref name="divisor"/> to 1, the optimiser's learning rate, and down to the start's
    /// 1/<paramref name="finalDivisor"/>, over the whole run (PyTorch's OneCycleLR, with the optimiser's rate as <c>max_lr</c> and
    /// without its cycle of the momentum; Smith and Topin, Super-Convergence, 2018).
    /// </summary>
    /// <param name="rise">The part of the run that rises, more than 0 and less than 1 (pct_start).</param>
    /// <param name="divisor">How many times smaller the first rate is than the largest, at least 1 (div_factor).</param>
    /// <param name="finalDivisor">How many times smaller the last rate is than the first, at least 1 (final_div_factor).</param>
    /// <param name="linear">Straight lines rather than half cosine waves.</param>
    public static ILearningRateSchedule OneCycle(float rise = 0.3f, float divisor = 25f, float finalDivisor = 1e4f, bool linear = false)
    {
        Ranges.ThrowUnlessFraction(rise);
        ArgumentOutOfRangeException.ThrowIfZero(rise);
        ArgumentOutOfRangeException.ThrowIfLessThan(divisor, 1f);
        ArgumentOutOfRangeException.ThrowIfLessThan(finalDivisor, 1f);
        var first = 1.0 / divisor;
        var last = first / finalDivisor;
        return FromDelegate((in position) =>
        {
            var top = rise * (double)position.Steps - 1.0;
            var (from, to, part) = position.Step < top
                ? (first, 1.0, position.Step / top)
                : (1.0, last, Math.Min(1.0, (position.Step - top) / (position.Steps - 1.0 - top)));
            return (float)(linear ? from + (to - from) * part : Anneal(from, to, part));
        });
    }

    /// <summary>
    /// Smaller by a factor whenever a metric has not become better for some epochs (PyTorch's ReduceLROnPlateau). It reads the history, so
    /// that a run that resumes decides as if it had never stopped.
    /// </summary>
    /// <param name="monitor">What epochs are compared by; null for <see cref="Metric.ValidationLoss"/>.</param>
    /// <param name="factor">What the rate is multiplied by, more than 0 and less than 1.</param>
    /// <param name="patience">How many epochs in a row may pass without getting better; the one after them reduces. 0 or more.</param>
    /// <param name="threshold">By which part of the best value an epoch has to be better to count as better, 0 or more.</param>
    /// <param name="isAbsolute">Whether <paramref name="threshold"/> is a difference instead (threshold_mode="abs").</param>
    /// <param name="cooldown">For how many epochs after a reduction nothing is counted, 0 or more.</param>
    /// <param name="smallest">The factor that is never gone below, 0 or more.</param>
    public static ILearningRateSchedule ReduceOnPlateau(
        Metric? monitor = null, float factor = 0.1f, int patience = 10, double threshold = 1e-4, bool isAbsolute = false, int cooldown = 0,
        float smallest = 0f) =>
        new PlateauSchedule(monitor ?? Metric.ValidationLoss, factor, patience, threshold, isAbsolute, cooldown, smallest);

    /// <summary>All factors multiplied with each other (PyTorch's ChainedScheduler).</summary>
    /// <param name="schedules">Each sees the whole run.</param>
    public static ILearningRateSchedule Product(params ILearningRateSchedule[] schedules) => new ProductSchedule([.. schedules]);

    /// <summary>
    /// Schedules one after the other, each of which sees a run of its own (PyTorch's SequentialLR). The last one has what is left of the
    /// run; those that take all of a run thus end with it.
    /// </summary>
    /// <param name="schedule">The first one.</param>
    /// <param name="epochs">How many epochs it has, at least 1.</param>
    /// <param name="next">What comes then.</param>
    public static ILearningRateSchedule Then(this ILearningRateSchedule schedule, int epochs, ILearningRateSchedule next)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        return new SequentialSchedule(schedule, epochs, next);
    }

    /// <summary>
    /// The schedule with a straight rise to it over the first epochs, step by step: the factor of step t of the rise's T, counted from 1,
    /// is multiplied by <paramref name="start"/> + (1 − <paramref name="start"/>) · t/T (Goyal et al., Accurate, Large Minibatch SGD,
    /// 2017).
    /// </summary>
    /// <param name="schedule">What goes on beneath, from the first step on.</param>
    /// <param name="epochs">How long the rise is, more than 0; need not be whole.</param>
    /// <param name="start">Where it begins, from 0 to less than 1.</param>
    public static ILearningRateSchedule WithWarmup(this ILearningRateSchedule schedule, double epochs, float start = 0f)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        Ranges.ThrowUnlessFraction(start);
        return Product(
            schedule,
            FromDelegate((in position) =>
                (float)(start + (1.0 - start) * Math.Min(1.0, (position.Step + 1) / (epochs * position.StepsPerEpoch)))));
    }

    /// <summary>Any rule.</summary>
    /// <param name="factor">
    /// Gives what the optimiser's learning rate is multiplied by. A run resumes exactly if it depends on its argument only.
    /// </param>
    public static ILearningRateSchedule FromDelegate(LearningRateFactor factor) => new DelegateSchedule(factor);

    /// <summary>Half a cosine wave between two values.</summary>
    private static double Anneal(double from, double to, double part) => to + (from - to) * 0.5 * (1.0 + Math.Cos(Math.PI * part));

    private sealed class DelegateSchedule(LearningRateFactor factor) : ILearningRateSchedule
    {
        public float Factor(in TrainingPosition position) => factor(position);
    }

    private sealed class ProductSchedule(ILearningRateSchedule[] schedules) : ILearningRateSchedule
    {
        public Metric? Monitor => schedules.Select(s => s.Monitor).FirstOrDefault(m => m is not null);

        public float Factor(in TrainingPosition position)
        {
            var product = 1f;
            foreach (var schedule in schedules)
                product *= schedule.Factor(position);
            return product;
        }
    }

    private sealed class SequentialSchedule(ILearningRateSchedule first, int epochs, ILearningRateSchedule next) : ILearningRateSchedule
    {
        public Metric? Monitor => first.Monitor ?? next.Monitor;

        public float Factor(in TrainingPosition position) => position.Epoch < epochs
            ? first.Factor(position with { Epochs = Math.Min(epochs, position.Epochs) })
            : next.Factor(position with
            {
                Step = position.Step - (long)epochs * position.StepsPerEpoch,
                Epochs = Math.Max(0, position.Epochs - epochs),
            });
    }
}
