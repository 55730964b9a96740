namespace NetCompiler.Compiler.Kernels.Verification;

/// <summary>An integer expression that is not taken apart further, in one kernel.</summary>
internal sealed class Atom(Expression expression, int number)
{
    public Expression Expression { get; } = expression;

    /// <summary>Its place in the order in which terms are kept.</summary>
    public int Number { get; } = number;

    /// <summary>What every value of it is a multiple of, as far as it is known.</summary>
    public long Multiple { get; set; } = 1;

    /// <summary>Its smallest and largest value, as far as they are known.</summary>
    public (long? Min, long? Max) Range { get; set; }
}
