namespace NetCompiler.Runtime;

/// <summary>Does not listen: what steps run with when nobody measures.</summary>
public readonly struct NoClock : IStageClock
{
    /// <inheritdoc/>
    public void Lap(int stage)
    {
    }
}
