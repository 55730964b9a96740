namespace ILGPU.StandIn;

/// <summary>One group of a launch: its shared memory and its barrier.</summary>
internal sealed class RunningGroup(KernelConfig config, Index3D index)
{
    private readonly object _lock = new();
    private readonly Dictionary<int, Array> _shared = [];
    private int _waiting;
    private int _ended;
    private int _phase;
    private Exception? _fault;

    public KernelConfig Config { get; } = config;

    public Index3D Index { get; } = index;

    public Exception? Fault => _fault;

    public ArrayView<T> Shared<T>(int allocation, int extent)
        where T : unmanaged
    {
        lock (_lock)
        {
            if (!_shared.TryGetValue(allocation, out var elements))
                _shared[allocation] = elements = Poison.Array<T>(extent);
            return elements is T[] typed && typed.Length == extent
                ? new ArrayView<T>(typed)
                : throw Different(allocation, elements.Length, extent);
        }
    }

    /// <summary>Waits until all threads of the group wait.</summary>
    public void Wait()
    {
        lock (_lock)
        {
            _waiting++;
            var phase = _phase;
            if (!Advance())
            {
                while (phase == _phase && _fault is null)
                    Monitor.Wait(_lock);
            }

            if (_fault is not null)
                throw new OperationCanceledException("Another thread of the group has failed.", _fault);
        }
    }

    /// <summary>Tells that a thread has come to its end, or has failed.</summary>
    public void End(Exception? fault)
    {
        lock (_lock)
        {
            if (fault is not null and not OperationCanceledException)
                _fault ??= fault;
            _ended++;
            Advance();
            Monitor.PulseAll(_lock);
        }
    }

    private bool Advance()
    {
        if (_waiting == 0 || _waiting + _ended < Config.GroupDim.Size)
            return false;
        if (_ended > 0)
        {
            _fault ??= new InvalidOperationException(
                $"Group {Index}: {_waiting} threads wait at a barrier that {_ended} threads never came to.");
        }

        _waiting = 0;
        _phase++;
        Monitor.PulseAll(_lock);
        return true;
    }

    private InvalidOperationException Different(int allocation, int length, int extent) =>
        new($"Group {Index}: the threads differ about their shared allocation number {allocation}: {length} and {extent} elements.");
}
