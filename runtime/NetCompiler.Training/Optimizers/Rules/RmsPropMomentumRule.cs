using System.Runtime.CompilerServices;

namespace NetCompiler.UpdateRules;

/// <summary>RMSprop with momentum.</summary>
internal readonly struct RmsPropMomentumRule : IUpdateRule
{
    public string Name => "RmsPropMomentum";

    public string Formula => "g ← g + λp; v ← αv + (1 − α)g²; u = g / (√v + ε); b ← μb + u; p ← p − ηb";

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
        second = RmsPropNumbers.Impulse(step, second, RmsPropNumbers.Quotient(step, g, first));
        return p - rate * second;
    }
}
