using System.Collections.Concurrent;

namespace ILGPU.StandIn;

/// <summary>A thread that runs one thread of a launch after the other: starting one for each costs more than most kernels do.</summary>
internal sealed class KernelThread
{
    // Kernels need little stack, and a group has up to 1024 threads.
    private const int StackSize = 256 * 1024;

    private static readonly ConcurrentBag<KernelThread> s_idle = [];

    private readonly SemaphoreSlim _begin = new(0);
    private Action? _work;

    private KernelThread() => new Thread(Loop, StackSize) { IsBackground = true }.Start();

    /// <summary>Runs something on a thread that has nothing else to do.</summary>
    /// <param name="work">What must not throw.</param>
    public static void Run(Action work)
    {
        if (!s_idle.TryTake(out var thread))
            thread = new KernelThread();
        thread._work = work;
        thread._begin.Release();
    }

    private void Loop()
    {
        while (true)
        {
            _begin.Wait();
            _work!();
            s_idle.Add(this);
        }
    }
}
