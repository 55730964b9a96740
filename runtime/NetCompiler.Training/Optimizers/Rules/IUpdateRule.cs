namespace NetCompiler.UpdateRules;

/// <summary>
/// How an optimiser moves one parameter, said once: processors compute it with vectors, and the compiler writes kernels of it, whose file
/// this is too. Rules are found by their type.
/// </summary>
/// <remarks>No fused multiply-add, so that on processors results do not depend on vector widths.</remarks>
internal interface IUpdateRule
{
    /// <summary>What it is called, also in the name of its kernel.</summary>
    string Name { get; }

    /// <summary>What it does, as mathematics.</summary>
    string Formula { get; }

    /// <summary>How many numbers are remembered for each parameter, 3 at most.</summary>
    int Slots { get; }

    /// <summary>How many numbers a step has.</summary>
    int Scalars { get; }

    /// <summary>Moves a parameter.</summary>
    /// <param name="step">The step's numbers, and what is computed by.</param>
    /// <param name="p">The parameter.</param>
    /// <param name="g">Its gradient.</param>
    /// <param name="first">What is remembered, changed; as many as there are slots.</param>
    /// <param name="second">The same.</param>
    /// <param name="third">The same.</param>
    /// <returns>The parameter after the step.</returns>
    Number<T, TArithmetic> Move<T, TArithmetic>(
        TArithmetic step, Number<T, TArithmetic> p, Number<T, TArithmetic> g, ref Number<T, TArithmetic> first,
        ref Number<T, TArithmetic> second, ref Number<T, TArithmetic> third)
        where TArithmetic : struct, IUpdateArithmetic<T>;
}
