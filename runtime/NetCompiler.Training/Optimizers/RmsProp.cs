using NetCompiler.UpdateRules;

namespace NetCompiler.Training;

/// <summary>
/// RMSprop (Tieleman and Hinton, Lecture 6.5 of Neural Networks for Machine Learning, 2012) as PyTorch defines it: g ← g + λp;
/// v ← αv + (1 − α)g²; p ← p − ηu with u = g / (√v + ε). Centred (Graves, 2013), the variance takes the place of v: a ← αa + (1 − α)g,
/// u = g / (√(v − a²) + ε). With momentum, b ← μb + u and p ← p − ηb.
/// </summary>
public sealed record RmsProp : IRuleOptimizer
{
    /// <summary>Chooses the rule's constants.</summary>
    /// <param name="learningRate">η, more than 0.</param>
    /// <param name="alpha">α, from 0 to less than 1: how much of the mean squared gradient is kept (Keras' rho).</param>
    /// <param name="epsilon">ε, more than 0.</param>
    /// <param name="weightDecay">λ, 0 (none) or more, added to the gradient (L2).</param>
    /// <param name="momentum">μ, from 0 (none) to less than 1.</param>
    /// <param name="centered">Whether gradients are divided by their deviation rather than by their root mean square.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
    public RmsProp(
        float learningRate = 1e-2f, float alpha = 0.99f, float epsilon = 1e-8f, float weightDecay = 0f, float momentum = 0f,
        bool centered = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(learningRate);
        Ranges.ThrowUnlessFraction(alpha);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        Ranges.ThrowUnlessFraction(momentum);
        (LearningRate, Alpha, Epsilon, WeightDecay, Momentum, Centered) =
            (learningRate, alpha, epsilon, weightDecay, momentum, centered);
    }

    /// <inheritdoc/>
    public string Name => Centered ? "centered rmsprop" : "rmsprop";

    /// <inheritdoc/>
    public float LearningRate { get; }

    /// <summary>α.</summary>
    public float Alpha { get; }

    /// <summary>ε.</summary>
    public float Epsilon { get; }

    /// <summary>λ.</summary>
    public float WeightDecay { get; private init; }

    /// <summary>μ.</summary>
    public float Momentum { get; }

    /// <summary>Whether gradients are divided by their deviation.</summary>
    public bool Centered { get; }

    /// <inheritdoc/>
    public int SlotCount => 1 + (Centered ? 1 : 0) + (Momentum > 0f ? 1 : 0);

    /// <inheritdoc/>
    public IOptimizer WithWeightDecay(float weightDecay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        return this with { WeightDecay = weightDecay };
    }

    /// <inheritdoc/>
    public void Update(Span<float> parameters, ReadOnlySpan<float> gradients, OptimizerSlots slots, float learningRate, long step)
    {
        switch (Centered, Momentum > 0f)
        {
            case (false, false):
                UpdateLoop.Run<RmsPropRule>(this, parameters, gradients, slots, learningRate, step);
                break;
            case (false, true):
                UpdateLoop.Run<RmsPropMomentumRule>(this, parameters, gradients, slots, learningRate, step);
                break;
            case (true, false):
                UpdateLoop.Run<CenteredRmsPropRule>(this, parameters, gradients, slots, learningRate, step);
                break;
            default:
                UpdateLoop.Run<CenteredRmsPropMomentumRule>(this, parameters, gradients, slots, learningRate, step);
                break;
        }
    }

    IUpdateRule IRuleOptimizer.Rule => (Centered, Momentum > 0f) switch
    {
        (false, false) => default(RmsPropRule),
        (false, true) => default(RmsPropMomentumRule),
        (true, false) => default(CenteredRmsPropRule),
        _ => default(CenteredRmsPropMomentumRule),
    };

    void IRuleOptimizer.WriteScalars(Span<float> scalars, float learningRate, long step)
    {
        scalars[RmsPropNumbers.Rate] = learningRate;
        scalars[RmsPropNumbers.Decay] = WeightDecay;
        (scalars[RmsPropNumbers.Alpha], scalars[RmsPropNumbers.Rest]) = (Alpha, 1f - Alpha);
        scalars[RmsPropNumbers.Epsilon] = Epsilon;
        scalars[RmsPropNumbers.Momentum] = Momentum;
    }
}
