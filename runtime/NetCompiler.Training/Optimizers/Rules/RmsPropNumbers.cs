using System.Runtime.CompilerServices;

namespace NetCompiler.UpdateRules;

/// <summary>What the rules of RMSprop have in common (Tieleman and Hinton, 2012; Graves, 2013).</summary>
internal static class RmsPropNumbers
{
    /// <summary>η.</summary>
    public const int Rate = 0;

    /// <summary>λ.</summary>
    public const int Decay = 1;

    /// <summary>α.</summary>
    public const int Alpha = 2;

    /// <summary>1 − α.</summary>
    public const int Rest = 3;

    /// <summary>ε.</summary>
    public const int Epsilon = 4;

    /// <summary>μ.</summary>
    public const int Momentum = 5;

    /// <summary>How many these are.</summary>
    public const int Count = 6;

    /// <summary>The gradient with what of the parameter is added to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Number<T, TArithmetic> Decayed<T, TArithmetic>(TArithmetic step, Number<T, TArithmetic> p, Number<T, TArithmetic> g)
        where TArithmetic : struct, IUpdateArithmetic<T>
    {
        Number<T, TArithmetic> decay = step.Scalar(Decay);
        return step.Keep("decayed", (g + decay * p).Value);
    }

    /// <summary>A mean that goes on: αm + (1 − α)x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Number<T, TArithmetic> Mean<T, TArithmetic>(
        TArithmetic step, string name, Number<T, TArithmetic> mean, Number<T, TArithmetic> x)
        where TArithmetic : struct, IUpdateArithmetic<T>
    {
        Number<T, TArithmetic> alpha = step.Scalar(Alpha), rest = step.Scalar(Rest);
        return step.Flush(name, (alpha * mean + rest * x).Value);
    }

    /// <summary>g / (√v + ε).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Number<T, TArithmetic> Quotient<T, TArithmetic>(TArithmetic step, Number<T, TArithmetic> g, Number<T, TArithmetic> v)
        where TArithmetic : struct, IUpdateArithmetic<T>
    {
        Number<T, TArithmetic> epsilon = step.Scalar(Epsilon);
        return g / (v.SquareRoot() + epsilon);
    }

    /// <summary>v − m². Rounding may take a variance below 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Number<T, TArithmetic> Variance<T, TArithmetic>(TArithmetic step, Number<T, TArithmetic> v, Number<T, TArithmetic> m)
        where TArithmetic : struct, IUpdateArithmetic<T> => (v - m * m).Max(step.Constant(0f));

    /// <summary>What is left of earlier steps, and this one: μb + u.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Number<T, TArithmetic> Impulse<T, TArithmetic>(TArithmetic step, Number<T, TArithmetic> b, Number<T, TArithmetic> u)
        where TArithmetic : struct, IUpdateArithmetic<T>
    {
        Number<T, TArithmetic> momentum = step.Scalar(Momentum);
        return step.Flush("b", (momentum * b + u).Value);
    }
}
