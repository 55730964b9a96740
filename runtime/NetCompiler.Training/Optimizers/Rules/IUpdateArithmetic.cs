namespace NetCompiler.UpdateRules;

/// <summary>
/// What an <see cref="IUpdateRule"/> computes with: numbers, vectors of them, or the expressions of a kernel that is written. What
/// functions of operands compute depends on these alone, so that a default value does.
/// </summary>
/// <typeparam name="T">A number, or what stands for it.</typeparam>
internal interface IUpdateArithmetic<T>
{
    /// <summary>A number of the step, the same for all parameters of a group.</summary>
    /// <param name="index">Which, as the rule counts them.</param>
    T Scalar(int index);

    /// <summary>A number that never changes.</summary>
    T Constant(float value);

    /// <summary>A value that is used several times, under a name for who reads it.</summary>
    T Keep(string name, T value);

    /// <summary>
    /// The same, with zero in place of a number below 2⁻¹²⁶. A mean of gradients that have become 0 decays into these and, being rounded,
    /// never leaves them; processors compute with each of them a hundred times slower.
    /// </summary>
    T Flush(string name, T value);

    /// <summary>left + right.</summary>
    T Add(T left, T right);

    /// <summary>left − right.</summary>
    T Subtract(T left, T right);

    /// <summary>left · right.</summary>
    T Multiply(T left, T right);

    /// <summary>left / right.</summary>
    T Divide(T left, T right);

    /// <summary>The larger one.</summary>
    T Max(T left, T right);

    /// <summary>√operand.</summary>
    T SquareRoot(T operand);
}
