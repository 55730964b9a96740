namespace NetCompiler.Training;

/// <summary>
/// A rule that moves parameters against their gradients. An optimiser is a plain value: what it remembers between steps (moments)
/// lies in <see cref="OptimizerSlots"/> that the trainer owns, saves and restores.
/// </summary>
/// <remarks>
/// Rules are element-wise and use no fused multiply-add, so that results do not depend on vector widths, ranges or threads.
/// </remarks>
public interface IOptimizer
{
    /// <summary>The name that a checkpoint records, such as "adam".</summary>
    string Name { get; }

    /// <summary>The learning rate that a schedule multiplies.</summary>
    float LearningRate { get; }

    /// <summary>How many floats the rule remembers for each parameter. They begin as zeros.</summary>
    int SlotCount { get; }

    /// <summary>The same rule with another weight decay: what a <see cref="ParameterGroup"/> asks for.</summary>
    /// <param name="weightDecay">0 (none) or more.</param>
    /// <exception cref="NotSupportedException">The rule knows no weight decay.</exception>
    IOptimizer WithWeightDecay(float weightDecay) => throw new NotSupportedException($"The optimizer '{Name}' knows no weight decay.");

    /// <summary>Does one step for a range of parameters.</summary>
    /// <param name="parameters">The parameters, changed in place.</param>
    /// <param name="gradients">The gradients of the loss, as many as there are parameters.</param>
    /// <param name="slots">What is remembered of these parameters, changed in place.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="step">The number of this step, counted from 1.</param>
    void Update(Span<float> parameters, ReadOnlySpan<float> gradients, OptimizerSlots slots, float learningRate, long step);
}
