using System.Numerics;
using System.Runtime.InteropServices;

namespace NetCompiler.Training;

/// <summary>
/// Adam (Kingma and Ba, 2015) as PyTorch defines it: g ← g + λp; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
/// p ← p − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
/// </summary>
public sealed record Adam : IOptimizer
{
    /// <summary>Chooses the rule's constants.</summary>
    /// <param name="learningRate">η, more than 0.</param>
    /// <param name="beta1">β₁, from 0 to less than 1: how much of the mean gradient is kept.</param>
    /// <param name="beta2">β₂, from 0 to less than 1: how much of the mean squared gradient is kept.</param>
    /// <param name="epsilon">ε, more than 0.</param>
    /// <param name="weightDecay">λ, 0 (none) or more, added to the gradient (L2, not AdamW).</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
    public Adam(float learningRate = 1e-3f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f, float weightDecay = 0f)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(learningRate);
        Ranges.ThrowUnlessFraction(beta1);
        Ranges.ThrowUnlessFraction(beta2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
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
    public float WeightDecay { get; }

    /// <inheritdoc/>
    public int SlotCount => 2;

    /// <inheritdoc/>
    public void Update(Span<float> parameters, ReadOnlySpan<float> gradients, OptimizerSlots slots, float learningRate, long step)
    {
        Ranges.ThrowUnlessSameLength(parameters, gradients);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        var mean = slots[0];
        var square = slots[1];
        var rate = (float)(learningRate / (1.0 - Math.Pow(Beta1, step)));
        var correction = (float)(1.0 / Math.Sqrt(1.0 - Math.Pow(Beta2, step)));
        var (rest1, rest2) = (1f - Beta1, 1f - Beta2);

        var ps = MemoryMarshal.Cast<float, Vector<float>>(parameters);
        var gs = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        var ms = MemoryMarshal.Cast<float, Vector<float>>(mean);
        var vs = MemoryMarshal.Cast<float, Vector<float>>(square);
        for (var i = 0; i < ps.Length; i++)
        {
            var p = ps[i];
            var g = gs[i] + new Vector<float>(WeightDecay) * p;
            var m = new Vector<float>(Beta1) * ms[i] + new Vector<float>(rest1) * g;
            var v = new Vector<float>(Beta2) * vs[i] + new Vector<float>(rest2) * (g * g);
            ms[i] = m;
            vs[i] = v;
            var denominator = Vector.SquareRoot(v) * new Vector<float>(correction) + new Vector<float>(Epsilon);
            ps[i] = p - new Vector<float>(rate) * (m / denominator);
        }
        for (var i = ps.Length * Vector<float>.Count; i < parameters.Length; i++)
        {
            var g = gradients[i] + WeightDecay * parameters[i];
            mean[i] = Beta1 * mean[i] + rest1 * g;
            square[i] = Beta2 * square[i] + rest2 * (g * g);
            parameters[i] -= rate * (mean[i] / (MathF.Sqrt(square[i]) * correction + Epsilon));
        }
    }
}
