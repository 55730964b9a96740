using System.Runtime.CompilerServices;

namespace NetCompiler.UpdateRules;

/// <summary>RMSprop.</summary>
internal readonly struct RmsPropRule : IUpdateRule
{
    public string Name => "RmsProp";

    public string Formula => "g ← g + λp; v ← αv + (1 − α)g²; u = g / (√v + ε); p ← p − ηu";

    public int Slots => 1;

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
        return p - rate * RmsPropNumbers.Quotient(step, g, first);
    }
}
