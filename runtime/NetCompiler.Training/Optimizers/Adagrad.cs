using NetCompiler.UpdateRules;

namespace NetCompiler.Training;

/// <summary>
/// Adagrad (Duchi, Hazan and Singer, 2011) as PyTorch defines it: g ← g + λp; s ← s + g²;
/// p ← p − η/(1 + (t − 1)ζ) · g / (√s + ε), where s begins as a constant.
/// </summary>
public sealed record Adagrad : IRuleOptimizer
{
    /// <summary>Chooses the rule's constants.</summary>
    /// <param name="learningRate">η, more than 0.</param>
    /// <param name="learningRateDecay">ζ, 0 (none) or more: how fast the learning rate falls.</param>
    /// <param name="weightDecay">λ, 0 (none) or more, added to the gradient (L2).</param>
    /// <param name="initialAccumulator">What the sum of squared gradients begins as, 0 or more.</param>
    /// <param name="epsilon">ε, more than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
    public Adagrad(
        float learningRate = 1e-2f, float learningRateDecay = 0f, float weightDecay = 0f, float initialAccumulator = 0f,
        float epsilon = 1e-10f)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(learningRate);
        ArgumentOutOfRangeException.ThrowIfNegative(learningRateDecay);
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        ArgumentOutOfRangeException.ThrowIfNegative(initialAccumulator);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        (LearningRate, LearningRateDecay, WeightDecay, InitialAccumulator, Epsilon) =
            (learningRate, learningRateDecay, weightDecay, initialAccumulator, epsilon);
    }

    /// <inheritdoc/>
    public string Name => "adagrad";

    /// <inheritdoc/>
    public float LearningRate { get; }

    /// <summary>ζ.</summary>
    public float LearningRateDecay { get; }

    /// <summary>λ.</summary>
    public float WeightDecay { get; private init; }

    /// <summary>What the sum of squared gradients begins as.</summary>
    public float InitialAccumulator { get; }

    /// <summary>ε.</summary>
    public float Epsilon { get; }

    /// <inheritdoc/>
    public int SlotCount => 1;

    /// <inheritdoc/>
    public IOptimizer WithWeightDecay(float weightDecay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        return this with { WeightDecay = weightDecay };
    }

    /// <inheritdoc/>
    public void Update(Span<float> parameters, ReadOnlySpan<float> gradients, OptimizerSlots slots, float learningRate, long step) =>
        UpdateLoop.Run<AdagradRule>(this, parameters, gradients, slots, learningRate, step);

    IUpdateRule IRuleOptimizer.Rule => default(AdagradRule);

    float IRuleOptimizer.SlotStart => InitialAccumulator;

    void IRuleOptimizer.WriteScalars(Span<float> scalars, float learningRate, long step)
    {
        scalars[AdagradRule.Rate] = (float)(learningRate / (1.0 + (step - 1) * (double)LearningRateDecay));
        scalars[AdagradRule.Decay] = WeightDecay;
        scalars[AdagradRule.Epsilon] = Epsilon;
    }
}
