using System.Runtime.CompilerServices;

namespace NetCompiler.UpdateRules;

/// <summary>A number of an <see cref="IUpdateRule"/>, with operators, so that rules read as their formulas.</summary>
/// <typeparam name="T">What stands for it.</typeparam>
/// <typeparam name="TArithmetic">What is computed by.</typeparam>
/// <param name="value">What stands for it.</param>
internal readonly struct Number<T, TArithmetic>(T value)
    where TArithmetic : struct, IUpdateArithmetic<T>
{
    /// <summary>What stands for it.</summary>
    public T Value { get; } = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Number<T, TArithmetic>(T value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Number<T, TArithmetic> operator +(Number<T, TArithmetic> left, Number<T, TArithmetic> right) =>
        new(default(TArithmetic).Add(left.Value, right.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Number<T, TArithmetic> operator -(Number<T, TArithmetic> left, Number<T, TArithmetic> right) =>
        new(default(TArithmetic).Subtract(left.Value, right.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Number<T, TArithmetic> operator *(Number<T, TArithmetic> left, Number<T, TArithmetic> right) =>
        new(default(TArithmetic).Multiply(left.Value, right.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Number<T, TArithmetic> operator /(Number<T, TArithmetic> left, Number<T, TArithmetic> right) =>
        new(default(TArithmetic).Divide(left.Value, right.Value));

    /// <summary>√ of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Number<T, TArithmetic> SquareRoot() => new(default(TArithmetic).SquareRoot(Value));

    /// <summary>The larger one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Number<T, TArithmetic> Max(Number<T, TArithmetic> other) => new(default(TArithmetic).Max(Value, other.Value));
}
