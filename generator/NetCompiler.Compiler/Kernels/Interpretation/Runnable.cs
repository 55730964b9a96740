namespace NetCompiler.Compiler.Kernels.Interpretation;

/// <summary>
/// A statement made ready to run: at once, or, where it contains statements at which threads meet, from one of these to the next, so that
/// the threads of a group can be advanced in turn.
/// </summary>
internal sealed record Runnable(Action<Frame>? Run, Func<Frame, IEnumerable<Statement>>? Steps)
{
    /// <summary>From one <see cref="Barrier"/> or <see cref="MatrixMultiplyAdd"/> to the next.</summary>
    public IEnumerable<Statement> Advance(Frame frame)
    {
        if (Steps is { } steps)
            return steps(frame);
        Run!(frame);
        return [];
    }
}
