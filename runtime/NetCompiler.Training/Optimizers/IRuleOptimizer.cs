using NetCompiler.UpdateRules;

namespace NetCompiler.Training;

/// <summary>
/// An optimiser whose steps are an <see cref="IUpdateRule"/>: processors compute it, and so do devices, for which the compiler has made a
/// kernel of it.
/// </summary>
internal interface IRuleOptimizer : IOptimizer
{
    /// <summary>The rule.</summary>
    IUpdateRule Rule { get; }

    /// <summary>Writes the numbers of a step, as many as the rule has.</summary>
    /// <param name="scalars">Where they go.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="step">The number of the step, counted from 1.</param>
    void WriteScalars(Span<float> scalars, float learningRate, long step);

    /// <summary>What is remembered before the first step.</summary>
    float SlotStart => 0f;
}
