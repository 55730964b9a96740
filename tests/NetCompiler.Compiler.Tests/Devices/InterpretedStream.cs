namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>
/// What a device was asked for in order, and has not done: it does nothing before somebody has to have it. So whoever does not wait for what
/// he needs finds that it has not been done.
/// </summary>
internal sealed class InterpretedStream
{
    private readonly Queue<Action> _asked = new();
    private long _done;

    /// <summary>The place behind all that it was asked for.</summary>
    public long End => _done + _asked.Count;

    /// <summary>True where it has done all that it was asked for.</summary>
    public bool IsIdle => _asked.Count == 0;

    /// <summary>Asks it for something.</summary>
    public void Ask(Action action) => _asked.Enqueue(action);

    /// <summary>Does what it was asked for, up to a place.</summary>
    public void RunTo(long place)
    {
        while (_done < place)
        {
            // Counted first: what fails is not tried again.
            _done++;
            _asked.Dequeue()();
        }
    }
}
