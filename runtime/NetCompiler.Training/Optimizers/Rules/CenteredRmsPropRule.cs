using System.Runtime.CompilerServices;

namespace NetCompiler.UpdateRules;

/// <summary>RMSprop with the variance in place of the mean square.</summary>
internal readonly struct CenteredRmsPropRule : IUpdateRule
{
    public string Name => "CenteredRmsProp";

    public string Formula => "g ← g + λp; v ← αv + (1 − α)g²; a ← αa + (1 − α)g; u = g / (√(v − a²) + ε); p ← p − ηu";

    public int Slots => 2;

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
        return p - rate * RmsPropNumbers.Quotient(step, g, RmsPropNumbers.Variance(step, first, second));
    }
}
