namespace NetCompiler.Training.Tests.Optimizers;

/// <summary>
/// The values are those of PyTorch's torch.optim.SGD and torch.optim.Adam, worked out by hand from its documented algorithms.
/// </summary>
public sealed class OptimizerTests
{
    [Fact]
    public void Plain_sgd_subtracts_the_scaled_gradient() =>
        AssertPath(new Sgd(0.1f), gradients: [0.5f, 0.5f, -1f], expected: [0.95f, 0.9f, 1.0f]);

    [Fact]
    public void Momentum_gathers_gradients() =>
        // v = 0.5, 0.95, 1.355
        AssertPath(new Sgd(0.1f, momentum: 0.9f), gradients: [0.5f, 0.5f, 0.5f], expected: [0.95f, 0.855f, 0.7195f]);

    [Fact]
    public void Nesterov_momentum_looks_ahead() =>
        // g + 0.9 v = 0.95, 1.355, 1.7195
        AssertPath(new Sgd(0.1f, momentum: 0.9f, nesterov: true), gradients: [0.5f, 0.5f, 0.5f], expected: [0.905f, 0.7695f, 0.59755f]);

    [Fact]
    public void Weight_decay_adds_to_the_gradient_of_sgd() =>
        // 1 − 0.1 (0.5 + 0.1 · 1) = 0.94; 0.94 − 0.1 (0.5 + 0.1 · 0.94) = 0.8806
        AssertPath(new Sgd(0.1f, weightDecay: 0.1f), gradients: [0.5f, 0.5f], expected: [0.94f, 0.8806f]);

    [Fact]
    public void Weight_decay_goes_through_momentum() =>
        // v = 0.6; 0.9 · 0.6 + 0.5 + 0.1 · 0.94 = 1.134
        AssertPath(new Sgd(0.1f, momentum: 0.9f, weightDecay: 0.1f), gradients: [0.5f, 0.5f], expected: [0.94f, 0.8266f]);

    [Fact]
    public void Adam_corrects_its_bias() =>
        // m = 0.05, 0.02; v = 0.00025, 0.00031225; m̂ = 0.5, 0.1052632; √v̂ = 0.5, 0.3952252
        AssertPath(new Adam(0.1f), gradients: [0.5f, -0.25f], expected: [0.9f, 0.8733662f]);

    [Fact]
    public void Adam_adds_weight_decay_to_the_gradient() =>
        // g = 0.6 and 0.5 + 0.1 · 0.9 = 0.59; m = 0.06, 0.113; v = 0.00036, 0.00070774; m̂/√v̂ = 1, 0.5947368/0.5950185
        AssertPath(new Adam(0.1f, weightDecay: 0.1f), gradients: [0.5f, 0.5f], expected: [0.9f, 0.8000473f]);

    [Fact]
    public void Adam_takes_its_constants() =>
        // m = 0.25, 0.375; v = 0.025, 0.0475; m̂ = 0.5, 0.5; √v̂ = 0.5, 0.5; each step is 0.1 · 0.5 / (0.5 + 0.5)
        AssertPath(new Adam(0.1f, beta1: 0.5f, beta2: 0.9f, epsilon: 0.5f), gradients: [0.5f, 0.5f], expected: [0.95f, 0.9f]);

    [Fact]
    public void AdamW_takes_the_decay_off_the_parameter_itself() =>
        // p = 0.99 and 0.8811 − …: 1 − 0.1 · 0.1 = 0.99; − 0.1 = 0.89; 0.89 · 0.99 = 0.8811; m̂/√v̂ = 0.1052632/0.3952252
        AssertPath(new AdamW(0.1f, weightDecay: 0.1f), gradients: [0.5f, -0.25f], expected: [0.89f, 0.8544662f]);

    public static TheoryData<IOptimizer> Decaying =>
    [
        new Adam(beta1: 0.9f, beta2: 0.9f),
        new AdamW(beta1: 0.9f, beta2: 0.9f),
        new Sgd(0.01f, momentum: 0.9f),
        new RmsProp(alpha: 0.9f, momentum: 0.9f, centered: true),
    ];

    [Theory]
    [MemberData(nameof(Decaying))]
    public void What_decays_ends_at_zero_and_not_in_subnormal_numbers(IOptimizer optimizer)
    {
        // More than any width of vectors, and a rest.
        const int Count = 35;
        float[] parameters = [.. Enumerable.Repeat(1f, Count)];
        var slots = new float[Count * optimizer.SlotCount];
        for (var step = 1; step <= 2000; step++)
        {
            float[] gradients = [.. Enumerable.Range(0, Count).Select(i => step == 1 ? i * 0.01f : 0f)];
            optimizer.Update(parameters, gradients, new OptimizerSlots(slots, Count), 1e-3f, step);
            Assert.DoesNotContain(slots, float.IsSubnormal);
        }

        Assert.All(slots, slot => Assert.Equal(0f, slot));
    }

    public static TheoryData<RmsProp> RmsProps =>
    [
        new RmsProp(),
        new RmsProp(0.02f, 0.9f, 1e-3f, 0.05f),
        new RmsProp(momentum: 0.9f),
        new RmsProp(centered: true),
        new RmsProp(0.02f, 0.8f, 1e-4f, 0.1f, 0.7f, centered: true),
    ];

    /// <summary>torch.optim.RMSprop as its documentation has it, statement by statement, in double precision.</summary>
    [Theory]
    [MemberData(nameof(RmsProps))]
    public void A_long_path_of_RMSprop_is_that_of_PyTorch(RmsProp rule)
    {
        var (v, a, b) = (new double[Count], new double[Count], new double[Count]);
        AssertLongPath(rule, (i, p, g, rate, _) =>
        {
            g += rule.WeightDecay * p;
            v[i] = rule.Alpha * v[i] + (1 - (double)rule.Alpha) * g * g;
            var variance = v[i];
            if (rule.Centered)
            {
                a[i] = rule.Alpha * a[i] + (1 - (double)rule.Alpha) * g;
                variance -= a[i] * a[i];
            }
            var u = g / (Math.Sqrt(variance) + rule.Epsilon);
            if (rule.Momentum > 0)
                u = b[i] = rule.Momentum * b[i] + u;
            return p - rate * u;
        });
    }

    public static TheoryData<Adagrad> Adagrads =>
        [new Adagrad(), new Adagrad(0.1f, learningRateDecay: 0.2f), new Adagrad(0.05f, 0f, 0.1f, 0.5f, 1e-3f)];

    /// <summary>torch.optim.Adagrad as its documentation has it, statement by statement, in double precision.</summary>
    [Theory]
    [MemberData(nameof(Adagrads))]
    public void A_long_path_of_Adagrad_is_that_of_PyTorch(Adagrad rule)
    {
        var sums = Enumerable.Repeat((double)rule.InitialAccumulator, Count).ToArray();
        AssertLongPath(rule, (i, p, g, rate, step) =>
        {
            g += rule.WeightDecay * p;
            sums[i] += g * g;
            return p - rate / (1 + (step - 1) * (double)rule.LearningRateDecay) * g / (Math.Sqrt(sums[i]) + rule.Epsilon);
        });
    }

    private const int Count = 37;

    private static void AssertLongPath(IOptimizer optimizer, Func<int, double, double, double, int, double> update)
    {
        var parameters = Enumerable.Range(0, Count).Select(i => MathF.Cos(i * 0.9f)).ToArray();
        var slots = new float[optimizer.SlotCount * Count];
        var expected = Array.ConvertAll(parameters, p => (double)p);
        for (var step = 1; step <= 50; step++)
        {
            var rate = optimizer.LearningRate / MathF.Sqrt(step);
            var gradients = Enumerable.Range(0, Count).Select(i => MathF.Sin(i * 1.7f + step)).ToArray();
            for (var i = 0; i < Count; i++)
                expected[i] = update(i, expected[i], gradients[i], rate, step);
            optimizer.Update(parameters, gradients, new OptimizerSlots(slots, Count), rate, step);
        }
        for (var i = 0; i < Count; i++)
            Assert.Equal(expected[i], parameters[i], 2e-5 * Math.Max(1, Math.Abs(expected[i])));
    }

    [Fact]
    public void A_gradient_that_never_changes_has_no_deviation_but_no_root_of_what_is_negative()
    {
        var parameters = new float[33];
        var optimizer = new RmsProp(centered: true, alpha: 0.9f);
        var gradients = Enumerable.Range(1, 33).Select(i => i * 0.0137f).ToArray();
        var slots = new float[2 * 33];
        for (var step = 1; step <= 200; step++)
            optimizer.Update(parameters, gradients, new OptimizerSlots(slots, 33), 1e-9f, step);
        Assert.All(parameters, p => Assert.True(float.IsFinite(p)));
    }

    [Fact]
    public void Constants_are_those_of_PyTorch_by_default()
    {
        var r = new RmsProp();
        Assert.Equal((1e-2f, 0.99f, 1e-8f, 0f, 0f), (r.LearningRate, r.Alpha, r.Epsilon, r.WeightDecay, r.Momentum));
        Assert.False(r.Centered);
        var g = new Adagrad();
        Assert.Equal(
            (1e-2f, 0f, 0f, 0f, 1e-10f), (g.LearningRate, g.LearningRateDecay, g.WeightDecay, g.InitialAccumulator, g.Epsilon));
        Assert.Equal((1e-3f, 0.9f, 0.999f, 1e-8f, 0f), Constants(new Adam()));
        var w = new AdamW();
        Assert.Equal((1e-3f, 0.9f, 0.999f, 1e-8f, 1e-2f), (w.LearningRate, w.Beta1, w.Beta2, w.Epsilon, w.WeightDecay));

        static (float, float, float, float, float) Constants(Adam a) => (a.LearningRate, a.Beta1, a.Beta2, a.Epsilon, a.WeightDecay);
    }

    public static TheoryData<IOptimizer, float, float> Decays => new()
    {
        { new Adam(0.01f), 0f, 0f },
        { new Adam(0.01f, 0.8f, 0.99f, 1e-4f, weightDecay: 0.05f), 0.05f, 0f },
        { new AdamW(0.01f), 0f, 1e-2f },
        { new AdamW(0.01f, 0.8f, 0.99f, 1e-4f, weightDecay: 0.3f), 0f, 0.3f },
    };

    /// <summary>torch.optim.Adam and AdamW as their documentation has them, statement by statement, in double precision.</summary>
    [Theory]
    [MemberData(nameof(Decays))]
    public void A_long_path_is_that_of_PyTorch(IOptimizer optimizer, float penalty, float decay)
    {
        var (beta1, beta2, epsilon) = optimizer is AdamW w ? (w.Beta1, w.Beta2, w.Epsilon)
            : optimizer is Adam a ? (a.Beta1, a.Beta2, a.Epsilon) : default;
        var parameters = Enumerable.Range(0, Count).Select(i => MathF.Cos(i * 0.9f)).ToArray();
        var slots = new float[optimizer.SlotCount * Count];
        var expected = Array.ConvertAll(parameters, p => (double)p);
        var (mean, square) = (new double[Count], new double[Count]);
        for (var step = 1; step <= 50; step++)
        {
            var rate = 0.01f / step;
            var gradients = Enumerable.Range(0, Count).Select(i => MathF.Sin(i * 1.7f + step)).ToArray();
            for (var i = 0; i < Count; i++)
            {
                expected[i] *= 1 - (double)rate * decay;
                var g = gradients[i] + penalty * expected[i];
                mean[i] = beta1 * mean[i] + (1 - (double)beta1) * g;
                square[i] = beta2 * square[i] + (1 - (double)beta2) * g * g;
                var unbiased = square[i] / (1 - Math.Pow(beta2, step));
                expected[i] -= rate / (1 - Math.Pow(beta1, step)) * mean[i] / (Math.Sqrt(unbiased) + epsilon);
            }
            optimizer.Update(parameters, gradients, new OptimizerSlots(slots, Count), rate, step);
        }
        for (var i = 0; i < Count; i++)
            Assert.Equal(expected[i], parameters[i], 1e-6);
    }

    public static TheoryData<IOptimizer> All =>
    [
        new Sgd(0.1f),
        new Sgd(0.1f, weightDecay: 0.01f),
        new Sgd(0.1f, momentum: 0.9f, weightDecay: 0.01f),
        new Sgd(0.1f, momentum: 0.9f, nesterov: true),
        new Adam(0.01f, weightDecay: 0.01f),
        new AdamW(0.01f, weightDecay: 0.01f),
        new RmsProp(weightDecay: 0.01f),
        new RmsProp(momentum: 0.9f),
        new RmsProp(centered: true),
        new RmsProp(centered: true, momentum: 0.9f, weightDecay: 0.01f),
        new Adagrad(learningRateDecay: 0.1f, weightDecay: 0.01f, initialAccumulator: 0.3f),
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void Another_weight_decay_is_all_that_changes(IOptimizer optimizer)
    {
        var other = optimizer.WithWeightDecay(0.5f);
        Assert.Equal((optimizer.Name, optimizer.LearningRate, optimizer.SlotCount), (other.Name, other.LearningRate, other.SlotCount));
        Assert.NotEqual(optimizer, other);
        Assert.Equal(other, other.WithWeightDecay(0f).WithWeightDecay(0.5f));
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.WithWeightDecay(-1f));
        float[] one = [1f], two = [1f];
        var (slots, otherSlots) = (new float[optimizer.SlotCount], new float[optimizer.SlotCount]);
        // The first step of some rules is as long whatever the gradient.
        for (var step = 1; step <= 2; step++)
        {
            float[] gradient = [step == 1 ? 0.25f : -0.1f];
            optimizer.Update(one, gradient, new OptimizerSlots(slots, 1), 0.1f, step);
            other.Update(two, gradient, new OptimizerSlots(otherSlots, 1), 0.1f, step);
        }
        Assert.NotEqual(one[0], two[0], 1e-3f);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Vectors_and_remainders_give_the_same_bits(IOptimizer optimizer)
    {
        const int Count = 67;
        var gradients = Enumerable.Range(0, Count).Select(i => MathF.Sin(i * 1.7f)).ToArray();
        var whole = Enumerable.Range(0, Count).Select(i => MathF.Cos(i * 0.9f)).ToArray();
        var single = whole.ToArray();
        var wholeSlots = new float[optimizer.SlotCount * Count];
        var singleSlots = new float[optimizer.SlotCount * Count];
        for (var step = 1; step <= 3; step++)
        {
            optimizer.Update(whole, gradients, new OptimizerSlots(wholeSlots, Count), 0.1f, step);
            var slots = new OptimizerSlots(singleSlots, Count);
            for (var i = 0; i < Count; i++)
                optimizer.Update(single.AsSpan(i, 1), gradients.AsSpan(i, 1), slots.Slice(i, 1), 0.1f, step);
        }
        Assert.Equal(whole, single);
        Assert.Equal(wholeSlots, singleSlots);
    }

    [Fact]
    public void Slots_of_a_range_do_not_touch_others()
    {
        var arena = new float[2 * 5];
        var slots = new OptimizerSlots(arena, 5).Slice(1, 3).Slice(1, 2);
        slots[0].Fill(1);
        slots[1].Fill(2);
        Assert.Equal([0, 0, 1, 1, 0, 0, 0, 2, 2, 0], arena);
        Assert.Throws<ArgumentException>(() => new OptimizerSlots(new float[7], 5)[0].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new OptimizerSlots(new float[5], 5).Slice(3, 3)[0].Length);
    }

    [Fact]
    public void Constants_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(0f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(0.1f, momentum: 1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(0.1f, weightDecay: -1f));
        Assert.Throws<ArgumentException>(() => new Sgd(0.1f, nesterov: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta1: 1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta2: float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(epsilon: 0f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW(0f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW(beta2: 1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW(weightDecay: -1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp(alpha: 1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp(momentum: -0.1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp(epsilon: 0f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad(0f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad(learningRateDecay: -1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad(initialAccumulator: -1f));
        Assert.Throws<ArgumentException>(() => new Adam().Update(new float[2], new float[3], new OptimizerSlots(new float[4], 2), 0.1f, 1));
    }

    private static void AssertPath(IOptimizer optimizer, float[] gradients, float[] expected)
    {
        float[] parameter = [1f];
        var slots = new float[optimizer.SlotCount];
        for (var i = 0; i < gradients.Length; i++)
        {
            optimizer.Update(parameter, gradients.AsSpan(i, 1), new OptimizerSlots(slots, 1), optimizer.LearningRate, i + 1);
            Assert.Equal(expected[i], parameter[0], 2e-7f);
        }
    }
}
