using System.Numerics;
using System.Runtime.InteropServices;

namespace NetCompiler.Training;

/// <summary>
/// Stochastic gradient descent as PyTorch defines it: g ← g + λp; v ← μv + g; p ← p − η(g + μv) with Nesterov momentum,
/// p ← p − ηv without it, p ← p − ηg without momentum.
/// </summary>
public sealed record Sgd : IOptimizer
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
        Ranges.ThrowUnlessSameLength(parameters, gradients);
        if (Momentum == 0f)
            UpdatePlain(parameters, gradients, learningRate);
        else
            UpdateWithMomentum(parameters, gradients, slots[0], learningRate);
    }

    private void UpdatePlain(Span<float> parameters, ReadOnlySpan<float> gradients, float learningRate)
    {
        var ps = MemoryMarshal.Cast<float, Vector<float>>(parameters);
        var gs = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        var rate = new Vector<float>(learningRate);
        var decay = new Vector<float>(WeightDecay);
        for (var i = 0; i < ps.Length; i++)
            ps[i] -= rate * (gs[i] + decay * ps[i]);
        for (var i = ps.Length * Vector<float>.Count; i < parameters.Length; i++)
            parameters[i] -= learningRate * (gradients[i] + WeightDecay * parameters[i]);
    }

    private void UpdateWithMomentum(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> velocity, float learningRate)
    {
        var ps = MemoryMarshal.Cast<float, Vector<float>>(parameters);
        var gs = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        var vs = MemoryMarshal.Cast<float, Vector<float>>(velocity);
        var rate = new Vector<float>(learningRate);
        var decay = new Vector<float>(WeightDecay);
        var momentum = new Vector<float>(Momentum);
        for (var i = 0; i < ps.Length; i++)
        {
            var g = gs[i] + decay * ps[i];
            var v = Subnormal.Flush(momentum * vs[i] + g);
            vs[i] = v;
            ps[i] -= rate * (Nesterov ? g + momentum * v : v);
        }
        for (var i = ps.Length * Vector<float>.Count; i < parameters.Length; i++)
        {
            var g = gradients[i] + WeightDecay * parameters[i];
            var v = Subnormal.Flush(Momentum * velocity[i] + g);
            velocity[i] = v;
            parameters[i] -= learningRate * (Nesterov ? g + Momentum * v : v);
        }
    }
}
