namespace ILGPU.StandIn;

/// <summary>One group of a launch: its shared memory and its barrier. Only the thread whose turn it is uses it.</summary>
internal sealed class RunningGroup(KernelConfig config, Index3D index)
{
    private readonly Dictionary<int, Array> _shared = [];
    private int _waiting;
    private int _ended;

    public KernelConfig Config { get; } = config;

    public Index3D Index { get; } = index;

    public Exception? Fault { get; private set; }

    public ArrayView<T> Shared<T>(int allocation, int extent)
        where T : unmanaged
    {
        if (!_shared.TryGetValue(allocation, out var elements))
            _shared[allocation] = elements = Poison.Array<T>(extent);
        return elements is T[] typed && typed.Length == extent
            ? new ArrayView<T>(typed)
            : throw Different(allocation, elements.Length, extent);
    }

    /// <summary>Waits until all threads of the group wait.</summary>
    /// <param name="pass">Lets all others run until they wait or end.</param>
    public void Wait(Action pass)
    {
        _waiting++;
        Count();
        pass();
        if (Fault is not null)
            throw new OperationCanceledException("Another thread of the group has failed.", Fault);
    }

    /// <summary>Tells that a thread has come to its end, or has failed.</summary>
    public void End(Exception? fault)
    {
        if (fault is not null and not OperationCanceledException)
            Fault ??= fault;
        _ended++;
        Count();
    }

    private void Count()
    {
        if (_waiting == 0 || _waiting + _ended < Config.GroupDim.Size)
            return;
        if (_ended > 0)
        {
            Fault ??= new InvalidOperationException(
                $"Group {Index}: {_waiting} threads wait at a barrier that {_ended} threads never came to.");
        }

        _waiting = 0;
    }

    private InvalidOperationException Different(int allocation, int length, int extent) =>
        new($"Group {Index}: the threads differ about their shared allocation number {allocation}: {length} and {extent} elements.");
}
