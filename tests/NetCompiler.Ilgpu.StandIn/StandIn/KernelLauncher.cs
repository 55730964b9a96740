namespace ILGPU.StandIn;

/// <summary>Runs kernels on as many threads as a group has, each of which goes from group to group, one at a time.</summary>
public static class KernelLauncher
{
    /// <summary>Runs a kernel on a grid.</summary>
    /// <param name="config">The grid and the group size.</param>
    /// <param name="kernel">The kernel with its arguments: () => Kernel(x, y, n).</param>
    /// <exception cref="InvalidOperationException">The threads of a group came to different barriers.</exception>
    public static void Launch(KernelConfig config, Action kernel)
    {
        var groups = Groups(config);
        var indices = Indices(config.GroupDim).ToArray();
        Turns.Run(indices.Length, (place, pass) => RunThread(groups, indices[place], pass, kernel));
        foreach (var group in groups)
        {
            if (group.Fault is { } fault)
                throw new InvalidOperationException($"Group {group.Index}: {fault.Message}", fault);
        }
    }

    /// <summary>Runs a kernel none of whose threads waits for another: one after the other.</summary>
    /// <param name="config">The grid and the group size.</param>
    /// <param name="kernel">The kernel with its arguments.</param>
    public static void LaunchInTurn(KernelConfig config, Action kernel)
    {
        foreach (var group in Groups(config))
        {
            foreach (var index in Indices(config.GroupDim))
            {
                RunningThread.Current = new RunningThread(
                    group, index, () => throw new InvalidOperationException("A kernel that was taken for one without barriers has one."));
                try
                {
                    kernel();
                }
                catch (Exception fault)
                {
                    throw new InvalidOperationException($"Group {group.Index}: {fault.Message}", fault);
                }
            }
        }
    }

    /// <summary>
    /// Runs a kernel whose threads return at each barrier and go on when they are asked to: all on this thread, which is a thousand times
    /// faster than handing turns from one thread to the next.
    /// </summary>
    /// <param name="config">The grid and the group size.</param>
    /// <param name="kernel">The kernel with its arguments; what it enumerates are its barriers.</param>
    /// <exception cref="InvalidOperationException">Threads failed, or those of a group came to different barriers.</exception>
    public static void LaunchInSteps(KernelConfig config, Func<IEnumerable<int>> kernel)
    {
        foreach (var group in Groups(config))
        {
            try
            {
                RunInSteps(group, kernel);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"Group {group.Index}: {fault.Message}", fault);
            }
        }
    }

    // In one direction to a barrier and back to the next one, as turns go.
    private static void RunInSteps(RunningGroup group, Func<IEnumerable<int>> kernel)
    {
        var threads = Indices(group.Config.GroupDim).Select(index => new RunningThread(
            group, index, () => throw new InvalidOperationException("A kernel that was taken for one that returns at barriers waits."))).ToArray();
        var steps = threads.Select(_ => kernel().GetEnumerator()).ToArray();
        for (var isForward = true; ; isForward = !isForward)
        {
            var (waiting, barrier) = (0, 0);
            for (var i = 0; i < steps.Length; i++)
            {
                var thread = isForward ? i : steps.Length - 1 - i;
                RunningThread.Current = threads[thread];
                if (!steps[thread].MoveNext())
                    continue;
                if (waiting++ > 0 && steps[thread].Current != barrier)
                    throw new InvalidOperationException($"The threads wait at different barriers: {barrier} and {steps[thread].Current}.");
                barrier = steps[thread].Current;
            }

            if (waiting == 0)
                return;
            if (waiting < steps.Length)
                throw new InvalidOperationException($"{waiting} threads wait at a barrier that {steps.Length - waiting} threads never came to.");
        }
    }

    private static List<RunningGroup> Groups(KernelConfig config) =>
        [.. Indices(config.GridDim).Select(index => new RunningGroup(config, index))];

    private static IEnumerable<Index3D> Indices(Index3D size)
    {
        for (var z = 0; z < size.Z; z++)
        {
            for (var y = 0; y < size.Y; y++)
            {
                for (var x = 0; x < size.X; x++)
                    yield return new Index3D(x, y, z);
            }
        }
    }

    // A thread has the same place in every group.
    private static void RunThread(List<RunningGroup> groups, Index3D index, Action pass, Action kernel)
    {
        Exception? fault = null;
        foreach (var group in groups)
        {
            RunningThread.Current = new RunningThread(group, index, pass);
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
