namespace NetCompiler;

/// <summary>Turns the use of a session by two threads at once, which would spoil results silently, into an exception.</summary>
internal struct UseGuard
{
    private int _inUse;

    public void Enter()
    {
        if (Interlocked.Exchange(ref _inUse, 1) != 0)
        {
            throw new InvalidOperationException(
                "A session serves one thread at a time, and this one is at work: make one for each thread; they share the parameters.");
        }
    }

    public void Exit() => Volatile.Write(ref _inUse, 0);
}
