using System.Runtime.CompilerServices;

namespace NetCompiler.UpdateRules;

/// <summary>Descent with the momentum of Nesterov, which looks ahead.</summary>
internal readonly struct NesterovRule : IUpdateRule
{
    /// <summary>η.</summary>
    public const int Rate = 0;

    /// <summary>λ.</summary>
    public const int Decay = 1;

    /// <summary>μ.</summary>
    public const int Momentum = 2;

    public string Name => "Nesterov";

    public string Formula => "g ← g + λp; v ← μv + g; p ← p − η(g + μv)";

    public int Slots => 1;

    public int Scalars => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Number<T, TArithmetic> Move<T, TArithmetic>(
        TArithmetic step, Number<T, TArithmetic> p, Number<T, TArithmetic> g, ref Number<T, TArithmetic> first,
        ref Number<T, TArithmetic> second, ref Number<T, TArithmetic> third)
        where TArithmetic : struct, IUpdateArithmetic<T>
    {
        Number<T, TArithmetic> rate = step.Scalar(Rate), decay = step.Scalar(Decay), momentum = step.Scalar(Momentum);
        g = step.Keep("decayed", (g + decay * p).Value);
        first = step.Flush("v", (momentum * first + g).Value);
        return p - rate * (g + momentum * first);
    }
}
