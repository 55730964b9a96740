using System.Runtime.CompilerServices;

namespace NetCompiler.UpdateRules;

/// <summary>The moments of Adam (Kingma and Ba, 2015) and the step along them, whatever is done about weight decay.</summary>
internal readonly struct AdamRule : IUpdateRule
{
    /// <summary>η₁ = η/(1 − β₁ᵗ).</summary>
    public const int Rate = 0;

    /// <summary>s, what parameters are multiplied by first.</summary>
    public const int Shrinkage = 1;

    /// <summary>λ, what of the parameters is added to the gradients.</summary>
    public const int Decay = 2;

    /// <summary>β₁.</summary>
    public const int Beta1 = 3;

    /// <summary>1 − β₁.</summary>
    public const int Rest1 = 4;

    /// <summary>β₂.</summary>
    public const int Beta2 = 5;

    /// <summary>1 − β₂.</summary>
    public const int Rest2 = 6;

    /// <summary>c = 1/√(1 − β₂ᵗ).</summary>
    public const int Correction = 7;

    /// <summary>ε.</summary>
    public const int Epsilon = 8;

    public string Name => "Adam";

    public string Formula => "p ← sp; g ← g + λp; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; p ← p − η₁ · m / (√v · c + ε)";

    public int Slots => 2;

    public int Scalars => 9;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Number<T, TArithmetic> Move<T, TArithmetic>(
        TArithmetic step, Number<T, TArithmetic> p, Number<T, TArithmetic> g, ref Number<T, TArithmetic> first,
        ref Number<T, TArithmetic> second, ref Number<T, TArithmetic> third)
        where TArithmetic : struct, IUpdateArithmetic<T>
    {
        Number<T, TArithmetic> rate = step.Scalar(Rate), shrinkage = step.Scalar(Shrinkage), decay = step.Scalar(Decay);
        Number<T, TArithmetic> beta1 = step.Scalar(Beta1), rest1 = step.Scalar(Rest1);
        Number<T, TArithmetic> beta2 = step.Scalar(Beta2), rest2 = step.Scalar(Rest2);
        Number<T, TArithmetic> correction = step.Scalar(Correction), epsilon = step.Scalar(Epsilon);
        p = step.Keep("shrunk", (shrinkage * p).Value);
        g = step.Keep("decayed", (g + decay * p).Value);
        first = step.Flush("m", (beta1 * first + rest1 * g).Value);
        second = step.Flush("v", (beta2 * second + rest2 * (g * g)).Value);
        return p - rate * (first / (second.SquareRoot() * correction + epsilon));
    }
}
