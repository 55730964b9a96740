namespace ILGPU.StandIn;

/// <summary>Runs kernels on as many threads as a group has, each of which goes from group to group.</summary>
public static class KernelLauncher
{
    // Kernels need little stack, and a group has up to 1024 threads.
    private const int StackSize = 256 * 1024;

    /// <summary>Runs a kernel on a grid.</summary>
    /// <param name="config">The grid and the group size.</param>
    /// <param name="kernel">The kernel with its arguments: () => Kernel(x, y, n).</param>
    /// <exception cref="InvalidOperationException">The threads of a group came to different barriers.</exception>
    public static void Launch(KernelConfig config, Action kernel)
    {
        var groups = new List<RunningGroup>();
        for (var z = 0; z < config.GridDim.Z; z++)
        {
            for (var y = 0; y < config.GridDim.Y; y++)
            {
                for (var x = 0; x < config.GridDim.X; x++)
                    groups.Add(new RunningGroup(config, new Index3D(x, y, z)));
            }
        }

        var threads = new List<Thread>(config.GroupDim.Size);
        for (var z = 0; z < config.GroupDim.Z; z++)
        {
            for (var y = 0; y < config.GroupDim.Y; y++)
            {
                for (var x = 0; x < config.GroupDim.X; x++)
                {
                    var index = new Index3D(x, y, z);
                    threads.Add(new Thread(() => RunThread(groups, index, kernel), StackSize) { IsBackground = true });
                }
            }
        }

        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        foreach (var group in groups)
        {
            if (group.Fault is { } fault)
                throw new InvalidOperationException($"Group {group.Index}: {fault.Message}", fault);
        }
    }

    // A thread has the same place in every group: starting one for each group costs more than most kernels do.
    private static void RunThread(List<RunningGroup> groups, Index3D index, Action kernel)
    {
        Exception? fault = null;
        foreach (var group in groups)
        {
            RunningThread.Current = new RunningThread(group, index);
            try
            {
                // Behind a fault nothing runs, but nobody waits in vain either.
                if (fault is null)
                    kernel();
            }
            catch (Exception e)
            {
                // Rethrown by the launching thread: an exception that leaves a thread ends the process.
                fault = e;
            }

            group.End(fault);
            if (group.Fault is { } other)
                fault ??= new OperationCanceledException("Another thread of the group has failed.", other);
        }
    }
}
