namespace NetCompiler.Compiler.Kernels.Interpretation;

/// <summary>
/// The copies of a thread that are on their way. What they go to is undefined until they are waited for, and is written twice: when they
/// begin, and when they are waited for, as nobody knows when in between.
/// </summary>
internal sealed class PendingCopies
{
    private readonly Queue<List<Action<Frame>>> _groups = [];
    private List<Action<Frame>> _open = [];

    /// <summary>Begins a copy.</summary>
    /// <param name="frame">The thread.</param>
    /// <param name="target">Where to.</param>
    /// <param name="index">The element there.</param>
    /// <param name="value">What was read.</param>
    public void Begin(Frame frame, Pointer target, long index, float value)
    {
        var begin = MemoryAccess.Write(frame, target, index, 1, ScalarKind.F32);
        Array.Clear(target.View.Memory.IsDefined, begin, sizeof(float));
        _open.Add(f =>
        {
            MemoryAccess.Write(f, target, index, 1, ScalarKind.F32);
            LaneArithmetic.WriteSingle(target.View.Memory.Data, begin, value);
        });
    }

    /// <summary>Makes a group of what has begun.</summary>
    public void Commit()
    {
        _groups.Enqueue(_open);
        _open = [];
    }

    /// <summary>Waits for all groups but the latest ones.</summary>
    public void Wait(Frame frame, int groups)
    {
        while (_groups.Count > groups)
        {
            foreach (var complete in _groups.Dequeue())
                complete(frame);
        }
    }
}
