using ILGPU.StandIn;

namespace ILGPU;

/// <summary>Memory of the running thread, poisoned at first.</summary>
public static class LocalMemory
{
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged => new(Poison.Array<T>(extent));
}
