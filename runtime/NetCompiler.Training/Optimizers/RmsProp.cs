using System.Numerics;
using System.Runtime.InteropServices;

namespace NetCompiler.Training;

/// <summary>
/// RMSprop (Tieleman and Hinton, Lecture 6.5 of Neural Networks for Machine Learning, 2012) as PyTorch defines it: g ← g + λp;
/// v ← αv + (1 − α)g²; p ← p − ηu with u = g / (√v + ε). Centred (Graves, 2013), the variance takes the place of v: a ← αa + (1 − α)g,
/// u = g / (√(v − a²) + ε). With momentum, b ← μb + u and p ← p − ηb.
/// </summary>
public sealed record RmsProp : IOptimizer
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
        Ranges.ThrowUnlessSameLength(parameters, gradients);
        var hasMomentum = Momentum > 0f;
        var square = slots[0];
        var mean = Centered ? slots[1] : default;
        var buffer = hasMomentum ? slots[SlotCount - 1] : default;
        var rest = 1f - Alpha;

        var ps = MemoryMarshal.Cast<float, Vector<float>>(parameters);
        var gs = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        var vs = MemoryMarshal.Cast<float, Vector<float>>(square);
        var ms = MemoryMarshal.Cast<float, Vector<float>>(mean);
        var bs = MemoryMarshal.Cast<float, Vector<float>>(buffer);
        for (var i = 0; i < ps.Length; i++)
        {
            var g = gs[i] + new Vector<float>(WeightDecay) * ps[i];
            var v = Subnormal.Flush(new Vector<float>(Alpha) * vs[i] + new Vector<float>(rest) * (g * g));
            vs[i] = v;
            if (Centered)
            {
                var m = Subnormal.Flush(new Vector<float>(Alpha) * ms[i] + new Vector<float>(rest) * g);
                ms[i] = m;
                // Rounding may take a variance below 0.
                v = Vector.Max(v - m * m, Vector<float>.Zero);
            }
            var u = g / (Vector.SquareRoot(v) + new Vector<float>(Epsilon));
            if (hasMomentum)
                bs[i] = u = Subnormal.Flush(new Vector<float>(Momentum) * bs[i] + u);
            ps[i] -= new Vector<float>(learningRate) * u;
        }
        for (var i = ps.Length * Vector<float>.Count; i < parameters.Length; i++)
        {
            var g = gradients[i] + WeightDecay * parameters[i];
            var v = square[i] = Subnormal.Flush(Alpha * square[i] + rest * (g * g));
            if (Centered)
            {
                var m = mean[i] = Subnormal.Flush(Alpha * mean[i] + rest * g);
                v = MathF.Max(v - m * m, 0f);
            }
            var u = g / (MathF.Sqrt(v) + Epsilon);
            if (hasMomentum)
                buffer[i] = u = Subnormal.Flush(Momentum * buffer[i] + u);
            parameters[i] -= learningRate * u;
        }
    }
}
