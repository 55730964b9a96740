using System.Runtime.CompilerServices;

namespace NetCompiler.UpdateRules;

/// <summary>Adagrad (Duchi, Hazan and Singer, 2011).</summary>
internal readonly struct AdagradRule : IUpdateRule
{
    /// <summary>η₁ = η/(1 + (t − 1)ζ).</summary>
    public const int Rate = 0;

    /// <summary>λ.</summary>
    public const int Decay = 1;

    /// <summary>ε.</summary>
    public const int Epsilon = 2;

    public string Name => "Adagrad";

    public string Formula => "g ← g + λp; s ← s + g²; p ← p − η₁ · g / (√s + ε)";

    public int Slots => 1;

    public int Scalars => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Number<T, TArithmetic> Move<T, TArithmetic>(
        TArithmetic step, Number<T, TArithmetic> p, Number<T, TArithmetic> g, ref Number<T, TArithmetic> first,
        ref Number<T, TArithmetic> second, ref Number<T, TArithmetic> third)
        where TArithmetic : struct, IUpdateArithmetic<T>
    {
        Number<T, TArithmetic> rate = step.Scalar(Rate), decay = step.Scalar(Decay), epsilon = step.Scalar(Epsilon);
        g = step.Keep("decayed", (g + decay * p).Value);
        first = step.Keep("s", (first + g * g).Value);
        return p - rate * (g / (first.SquareRoot() + epsilon));
    }
}
