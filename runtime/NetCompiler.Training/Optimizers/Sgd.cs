using NetCompiler.UpdateRules;

namespace NetCompiler.Training;

/// <summary>
/// Stochastic gradient descent as PyTorch defines it: g ← g + λp; v ← μv + g; p ← p − η(g + μv) with Nesterov momentum,
/// p ← p − ηv without it, p ← p − ηg without momentum.
/// </summary>
public sealed record Sgd : IRuleOptimizer
{
    /// <summary>Chooses the rule's constants.</summary>
    /// <param name="learningRate">η, more than 0.</param>
    /// <param name="momentum">μ, from 0 (none) to less than 1.</param>
    /// <param name="nesterov">Whether momentum looks ahead.</param>
    /// <param name="weightDecay">λ, 0 (none) or more, added to the gradient (L2).</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
    /// <exception cref="ArgumentException"><paramref name="nesterov"/> without <paramref name="momentum"/>.</exception>
    public Sgd(float learningRate, float momentum = 0f, bool nesterov = false, float weightDecay = 0f)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(learningRate);
        Ranges.ThrowUnlessFraction(momentum);
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        if (nesterov && momentum == 0f)
            throw new ArgumentException("Nesterov momentum needs a momentum of more than 0.", nameof(nesterov));
        (LearningRate, Momentum, Nesterov, WeightDecay) = (learningRate, momentum, nesterov, weightDecay);
    }

    /// <inheritdoc/>
    public string Name => "sgd";

    /// <inheritdoc/>
    public float LearningRate { get; }

    /// <summary>μ.</summary>
    public float Momentum { get; }

    /// <summary>Whether momentum looks ahead.</summary>
    public bool Nesterov { get; }

    /// <summary>λ.</summary>
    public float WeightDecay { get; private init; }

    /// <inheritdoc/>
    public int SlotCount => Momentum == 0f ? 0 : 1;

    /// <inheritdoc/>
    public IOptimizer WithWeightDecay(float weightDecay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        return this with { WeightDecay = weightDecay };
    }

    /// <inheritdoc/>
    public void Update(Span<float> parameters, ReadOnlySpan<float> gradients, OptimizerSlots slots, float learningRate, long step)
    {
        if (Momentum == 0f)
            UpdateLoop.Run<SgdRule>(this, parameters, gradients, slots, learningRate, step);
        else if (Nesterov)
            UpdateLoop.Run<NesterovRule>(this, parameters, gradients, slots, learningRate, step);
        else
            UpdateLoop.Run<MomentumRule>(this, parameters, gradients, slots, learningRate, step);
    }

    IUpdateRule IRuleOptimizer.Rule => Momentum == 0f ? default(SgdRule) : Nesterov ? default(NesterovRule) : default(MomentumRule);

    void IRuleOptimizer.WriteScalars(Span<float> scalars, float learningRate, long step)
    {
        // The rules with momentum begin as that without it.
        scalars[SgdRule.Rate] = learningRate;
        scalars[SgdRule.Decay] = WeightDecay;
        if (Momentum != 0f)
            scalars[MomentumRule.Momentum] = Momentum;
    }
}
