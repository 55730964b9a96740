using NetCompiler.UpdateRules;

namespace NetCompiler.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter, 2019) as PyTorch defines it, Adam with decoupled weight decay: p ← p − ηλp;
/// m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; p ← p − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε). The decay follows the learning rate's
/// schedule and is not scaled by the moments. All trainable parameters decay, biases and norms among them.
/// </summary>
public sealed record AdamW : IRuleOptimizer
{
    /// <summary>Chooses the rule's constants.</summary>
    /// <param name="learningRate">η, more than 0.</param>
    /// <param name="beta1">β₁, from 0 to less than 1: how much of the mean gradient is kept.</param>
    /// <param name="beta2">β₂, from 0 to less than 1: how much of the mean squared gradient is kept.</param>
    /// <param name="epsilon">ε, more than 0.</param>
    /// <param name="weightDecay">λ, 0 (none) or more: with the learning rate, the part of a parameter that each step takes off.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
    public AdamW(float learningRate = 1e-3f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f, float weightDecay = 1e-2f)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(learningRate);
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        AdamScalars.Check(beta1, beta2, epsilon);
        (LearningRate, Beta1, Beta2, Epsilon, WeightDecay) = (learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /// <inheritdoc/>
    public string Name => "adamw";

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
        scalars[AdamRule.Decay] = 0f;
        scalars[AdamRule.Shrinkage] = (float)(1.0 - (double)learningRate * WeightDecay);
    }
}
