using System.Runtime.CompilerServices;

namespace NetCompiler.UpdateRules;

/// <summary>Descent along the gradient.</summary>
internal readonly struct SgdRule : IUpdateRule
{
    /// <summary>η.</summary>
    public const int Rate = 0;

    /// <summary>λ.</summary>
    public const int Decay = 1;

    public string Name => "Sgd";

    public string Formula => "p ← p − η(g + λp)";

    public int Slots => 0;

    public int Scalars => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Number<T, TArithmetic> Move<T, TArithmetic>(
        TArithmetic step, Number<T, TArithmetic> p, Number<T, TArithmetic> g, ref Number<T, TArithmetic> first,
        ref Number<T, TArithmetic> second, ref Number<T, TArithmetic> third)
        where TArithmetic : struct, IUpdateArithmetic<T>
    {
        Number<T, TArithmetic> rate = step.Scalar(Rate), decay = step.Scalar(Decay);
        return p - rate * (g + decay * p);
    }
}
