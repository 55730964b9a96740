namespace NetCompiler.Compiler.Kernels.Interpretation;

/// <summary>
/// A statement made ready to run: at once, or from barrier to barrier where it contains any, so that the threads of a group can be
/// advanced in turn.
/// </summary>
internal sealed record Runnable(Action<Frame>? Run, Func<Frame, IEnumerable<Barrier>>? Steps)
{
    /// <summary>From barrier to barrier.</summary>
    public IEnumerable<Barrier> Advance(Frame frame)
    {
        if (Steps is { } steps)
            return steps(frame);
        Run!(frame);
        return [];
    }
}
