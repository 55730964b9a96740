namespace NetCompiler.Runtime;

/// <summary>
/// Hears from a step that is running which stage is done. Emitted steps are generic over it, so that with <see cref="NoClock"/>
/// nothing of it is left in the machine code.
/// </summary>
public interface IStageClock
{
    /// <summary>What the step did since it began, or since the call before, belongs to a stage.</summary>
    /// <param name="stage">Index into <see cref="PassInfo.Stages"/>.</param>
    void Lap(int stage);
}
