using System.Numerics;
using System.Runtime.InteropServices;

namespace NetCompiler.Training;

/// <summary>
/// The moments of Adam (Kingma and Ba, 2015) and the step along them, whatever is done about weight decay: p ← sp; g ← g + λp;
/// m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; p ← p − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
/// </summary>
internal readonly record struct AdamRule
{
    /// <summary>How many floats the rule remembers for each parameter.</summary>
    public const int SlotCount = 2;

    private readonly float _beta1;
    private readonly float _beta2;
    private readonly float _epsilon;

    public AdamRule(float beta1, float beta2, float epsilon)
    {
        Ranges.ThrowUnlessFraction(beta1);
        Ranges.ThrowUnlessFraction(beta2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        (_beta1, _beta2, _epsilon) = (beta1, beta2, epsilon);
    }

    /// <summary>Does one step for a range of parameters.</summary>
    /// <param name="parameters">p, changed in place.</param>
    /// <param name="gradients">g.</param>
    /// <param name="slots">m and v, changed in place.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="step">t, counted from 1.</param>
    /// <param name="penalty">λ, what of the parameters is added to the gradients.</param>
    /// <param name="shrinkage">s, what the parameters are multiplied by first.</param>
    public void Update(
        Span<float> parameters, ReadOnlySpan<float> gradients, OptimizerSlots slots, float learningRate, long step, float penalty,
        float shrinkage)
    {
        Ranges.ThrowUnlessSameLength(parameters, gradients);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        var mean = slots[0];
        var square = slots[1];
        var rate = (float)(learningRate / (1.0 - Math.Pow(_beta1, step)));
        var correction = (float)(1.0 / Math.Sqrt(1.0 - Math.Pow(_beta2, step)));
        var (rest1, rest2) = (1f - _beta1, 1f - _beta2);

        var ps = MemoryMarshal.Cast<float, Vector<float>>(parameters);
        var gs = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        var ms = MemoryMarshal.Cast<float, Vector<float>>(mean);
        var vs = MemoryMarshal.Cast<float, Vector<float>>(square);
        for (var i = 0; i < ps.Length; i++)
        {
            var p = new Vector<float>(shrinkage) * ps[i];
            var g = gs[i] + new Vector<float>(penalty) * p;
            var m = Subnormal.Flush(new Vector<float>(_beta1) * ms[i] + new Vector<float>(rest1) * g);
            var v = Subnormal.Flush(new Vector<float>(_beta2) * vs[i] + new Vector<float>(rest2) * (g * g));
            ms[i] = m;
            vs[i] = v;
            var denominator = Vector.SquareRoot(v) * new Vector<float>(correction) + new Vector<float>(_epsilon);
            ps[i] = p - new Vector<float>(rate) * (m / denominator);
        }
        for (var i = ps.Length * Vector<float>.Count; i < parameters.Length; i++)
        {
            var p = shrinkage * parameters[i];
            var g = gradients[i] + penalty * p;
            mean[i] = Subnormal.Flush(_beta1 * mean[i] + rest1 * g);
            square[i] = Subnormal.Flush(_beta2 * square[i] + rest2 * (g * g));
            parameters[i] = p - rate * (mean[i] / (MathF.Sqrt(square[i]) * correction + _epsilon));
        }
    }
}
