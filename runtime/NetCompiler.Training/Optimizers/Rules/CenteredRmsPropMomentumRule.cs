using System.Runtime.CompilerServices;

namespace NetCompiler.UpdateRules;

/// <summary>RMSprop with the variance in place of the mean square, and momentum.</summary>
internal readonly struct CenteredRmsPropMomentumRule : IUpdateRule
{
    public string Name => "CenteredRmsPropMomentum";

    public string Formula => "g ← g + λp; v ← αv + (1 − α)g²; a ← αa + (1 − α)g; u = g / (√(v − a²) + ε); b ← μb + u; p ← p − ηb";

    public int Slots => 3;

    public int Scalars => RmsPropNumbers.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Number<T, TArithmetic> Move<T, TArithmetic>(
        TArithmetic step, Number<T, TArithmetic> p, Number<T, TArithmetic> g, ref Number<T, TArithmetic> first,
        ref Number<T, TArithmetic> second, ref Number<T, TArithmetic> third)
        where TArithmetic : struct, IUpdateArithmetic<T>
    {
        Number<T, TArithmetic> rate = step.Scalar(RmsPropNumbers.Rate);
        g = RmsPropNumbers.Decayed(step, p, g);
        first = RmsPropNumbers.Mean(step, "v", first, g * g);
        second = RmsPropNumbers.Mean(step, "a", second, g);
        third = RmsPropNumbers.Impulse(step, third, RmsPropNumbers.Quotient(step, g, RmsPropNumbers.Variance(step, first, second)));
        return p - rate * third;
    }
}
