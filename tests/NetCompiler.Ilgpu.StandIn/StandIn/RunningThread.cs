namespace ILGPU.StandIn;

/// <summary>What a thread of a launch knows of itself.</summary>
internal sealed class RunningThread(RunningGroup group, Index3D index)
{
    [ThreadStatic]
    private static RunningThread? t_current;

    private int _allocations;

    public static RunningThread Current
    {
        get => t_current ?? throw new InvalidOperationException("This is no thread of a kernel: launch it with KernelLauncher.");
        set => t_current = value;
    }

    public RunningGroup Group { get; } = group;

    public Index3D ThreadIndex { get; } = index;

    public int NextAllocation() => _allocations++;
}
