namespace ILGPU.StandIn;

/// <summary>What a thread of a launch knows of itself.</summary>
/// <param name="group">Its group.</param>
/// <param name="index">Its place in the group.</param>
/// <param name="pass">Lets all others of the group run until they wait or end.</param>
internal sealed class RunningThread(RunningGroup group, Index3D index, Action pass)
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

    /// <summary>Waits until all threads of the group wait.</summary>
    public void Wait() => Group.Wait(pass);

    public int NextAllocation() => _allocations++;
}
