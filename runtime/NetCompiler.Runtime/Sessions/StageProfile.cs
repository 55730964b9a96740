using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>What a stage of a pass takes.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Seconds">Seconds that threads were at work on it for the whole batch: those of all threads added up.</param>
/// <param name="MultiplyAdds">Multiply-adds for the whole batch, by the direct algorithm.</param>
public sealed record StageProfile(StageInfo Stage, double Seconds, long MultiplyAdds)
{
    /// <summary>
    /// Floating-point operations a second of a thread in units of 10⁹, two for each multiply-add of the direct algorithm; 0 for a
    /// stage that has none. An algorithm with fewer multiplications, as Winograd's, may exceed what the processor can do.
    /// </summary>
    public double GigaflopsPerSecond => Seconds > 0 ? 2e-9 * MultiplyAdds / Seconds : 0;
}
