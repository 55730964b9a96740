using NetCompiler.UpdateRules;

namespace NetCompiler.Training;

/// <summary>
/// Adam (Kingma and Ba, 2015) as PyTorch defines it: g ← g + λp; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
/// p ← p − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
/// </summary>
public sealed record Adam : IRuleOptimizer
{
    /// <summary>Chooses the rule's constants.</summary>
    /// <param name="learningRate">η, more than 0.</param>
    /// <param name="beta1">β₁, from 0 to less than 1: how much of the mean gradient is kept.</param>
    /// <param name="beta2">β₂, from 0 to less than 1: how much of the mean squared gradient is kept.</param>
    /// <param name="epsilon">ε, more than 0.</param>
    /// <param name="weightDecay">λ, 0 (none) or more, added to the gradient (L2; see <see cref="AdamW"/> for the other way).</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
    public Adam(float learningRate = 1e-3f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f, float weightDecay = 0f)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(learningRate);
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        AdamScalars.Check(beta1, beta2, epsilon);
        (LearningRate, Beta1, Beta2, Epsilon, WeightDecay) = (learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /// <inheritdoc/>
    public string Name => "adam";

    /// <inheritdoc/>
    public float LearningRate { get; }

    /// <summary>β₁.</summary>
    public float Beta1 { get; }

    /// <summary>β₂.</summary>
    public float Beta2 { get; }

    /// <summary>ε.</summary>
    public float Epsilon { get; }

    /// <summary>λ.</summary>
    public float WeightDecay { get; private init; }

    /// <inheritdoc/>
    public int SlotCount => default(AdamRule).Slots;

    /// <inheritdoc/>
    public IOptimizer WithWeightDecay(float weightDecay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        return this with { WeightDecay = weightDecay };
    }

    /// <inheritdoc/>
    public void Update(Span<float> parameters, ReadOnlySpan<float> gradients, OptimizerSlots slots, float learningRate, long step) =>
        UpdateLoop.Run<AdamRule>(this, parameters, gradients, slots, learningRate, step);

    IUpdateRule IRuleOptimizer.Rule => default(AdamRule);

    void IRuleOptimizer.WriteScalars(Span<float> scalars, float learningRate, long step)
    {
        AdamScalars.Write(scalars, Beta1, Beta2, Epsilon, learningRate, step);
        scalars[AdamRule.Decay] = WeightDecay;
        scalars[AdamRule.Shrinkage] = 1f;
    }
}
