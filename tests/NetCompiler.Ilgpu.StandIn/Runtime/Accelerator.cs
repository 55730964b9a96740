using ILGPU.StandIn;

namespace ILGPU.Runtime;

/// <summary>An accelerator that runs kernels on threads of this process.</summary>
public class Accelerator
{
    private readonly List<IDisposable> _held = [];

    public string Name => "threads";

    public Context Context { get; } = new();

    /// <summary>What it says that it is. ILGPU's is what it is.</summary>
    public AcceleratorType AcceleratorType { get; set; } = AcceleratorType.CPU;

    /// <summary>What has been made and not disposed of: streams and buffers. ILGPU has no such property.</summary>
    public int Held => _held.Count;

    /// <summary>Kernels launched. ILGPU has no such property.</summary>
    public int Launches { get; private set; }

    /// <summary>A kernel that cannot be compiled. ILGPU has no such property.</summary>
    public string? RefusedKernel { get; set; }

    public AcceleratorStream CreateStream() => Hold(new AcceleratorStream(this));

    public MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(long length)
        where T : unmanaged => Hold(new MemoryBuffer1D<T, Stride1D.Dense>(this, Poison.Array<T>(checked((int)length))));

    internal void Launch(Delegate kernel, KernelConfig config, Action call)
    {
        Launches++;
        if (KernelMethod.Waits(kernel.Method))
            KernelLauncher.Launch(config, call);
        else
            KernelLauncher.LaunchInTurn(config, call);
    }

    internal void Check(Delegate kernel)
    {
        if (kernel.Method.Name == RefusedKernel)
            throw new NotSupportedException("an internal compiler error");
    }

    internal void LetGo(IDisposable what)
    {
        if (!_held.Remove(what))
            throw new ObjectDisposedException(what.GetType().Name);
    }

    private T Hold<T>(T what)
        where T : IDisposable
    {
        _held.Add(what);
        return what;
    }
}
