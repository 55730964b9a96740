using ILGPU.StandIn;

namespace ILGPU;

/// <summary>Memory of the running group, poisoned at first.</summary>
public static class SharedMemory
{
    // The n-th allocation of a thread is the n-th allocation of its group.
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged
    {
        var thread = RunningThread.Current;
        return thread.Group.Shared<T>(thread.NextAllocation(), extent);
    }
}
