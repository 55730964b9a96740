using NetCompiler.Compiler.Kernels.Interpretation;

namespace NetCompiler.Compiler.Kernels;

/// <summary>
/// Runs kernels and checks every step: bounds, access, reads of memory that nothing has written, and for SIMT kernels races between
/// barriers and barriers that not all threads come to; products of matrices run when a warp has come to them. Arithmetic is that of single precision, with exact fused multiply-add.
/// </summary>
/// <remarks>
/// The threads of a group are advanced in turn from barrier to barrier, the groups one after the other, so every run is the same.
/// A race is found by who touched an element, not by whether it did harm.
/// </remarks>
public static class KernelInterpreter
{
    /// <summary>Runs a kernel; a SIMT kernel on its whole grid.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="arguments">One argument for each parameter.</param>
    /// <exception cref="KernelFaultException">The kernel did what no kernel may do, or the arguments do not fit its parameters.</exception>
    public static void Run(Kernel kernel, params KernelArgument[] arguments)
    {
        var program = new Program(kernel, []);
        var bind = Bind(kernel, arguments);
        if (kernel.Launch is not { } launch)
        {
            var frame = program.NewFrame(new Interpretation.Thread(null, 0, default));
            bind(frame);
            if (program.Advance(frame).Any())
                throw frame.Fault(KernelFault.Divergence, "A CPU kernel has no threads to wait for.");
            return;
        }

        foreach (var argument in arguments)
        {
            if (argument.Memory is { } memory)
                memory.Accesses = new KernelMemory.AccessRecord[memory.Extent];
        }

        try
        {
            RunGrid(program, launch, bind);
        }
        finally
        {
            foreach (var argument in arguments)
            {
                if (argument.Memory is { } memory)
                    memory.Accesses = null;
            }
        }
    }

    private static void RunGrid(Program program, LaunchShape launch, Action<Frame> bind)
    {
        var (gridX, gridY, gridZ) = (
            program.Integer(launch.GridSize.X), program.Integer(launch.GridSize.Y), program.Integer(launch.GridSize.Z));
        var sizes = program.NewFrame(new Interpretation.Thread(null, 0, default));
        bind(sizes);
        var (nx, ny, nz) = (gridX(sizes), gridY(sizes), gridZ(sizes));
        var interval = 0;
        var running = new List<RunningGroup>();
        for (var z = 0; z < nz; z++)
        {
            for (var y = 0; y < ny; y++)
            {
                for (var x = 0; x < nx; x++)
                    running.Add(new RunningGroup(program, launch.GroupSize, new Group(running.Count, (x, y, z)), bind));
            }
        }

        // Each round takes every group to the next barrier of the grid, or to its end.
        for (var gridInterval = 1; running.Count > 0; gridInterval++)
        {
            var waiting = new List<RunningGroup>();
            foreach (var group in running)
            {
                if (group.RunToGridBarrier(ref interval, gridInterval))
                    waiting.Add(group);
            }

            if (waiting.Count > 0 && waiting.Count < running.Count)
                throw waiting[0].Diverged("waits for the grid, but other groups have ended.");
            running = waiting;
        }
    }

    private static Action<Frame> Bind(Kernel kernel, KernelArgument[] arguments)
    {
        if (arguments.Length != kernel.Parameters.Length)
            throw Wrong($"{arguments.Length} arguments for {kernel.Parameters.Length} parameters.");
        for (var i = 0; i < arguments.Length; i++)
        {
            var (parameter, argument) = (kernel.Parameters[i], arguments[i]);
            var type = parameter.Variable.Type;
            if (type.IsPointer != argument.Memory is not null)
                throw Wrong($"The parameter {parameter.Variable.Name} is of the type {type}, the argument is {Kind(argument)}.");
            if (argument.Memory is { } memory && memory.Scalar != type.Scalar)
                throw Wrong(
                    $"The parameter {parameter.Variable.Name} is of the type {type}, the argument {memory.Name} holds {memory.Scalar}.");
            if (parameter.Range is var (min, max) && (argument.Integer < min || argument.Integer > max))
                throw Wrong($"The parameter {parameter.Variable.Name} is in {min} .. {max}, the argument is {argument.Integer}.");
        }

        return frame =>
        {
            for (var i = 0; i < arguments.Length; i++)
            {
                var (parameter, argument) = (kernel.Parameters[i], arguments[i]);
                if (argument.Memory is { } memory)
                {
                    var whole = new MemoryView(
                        memory, memory.Name, AddressSpace.Global, 0, memory.Data.Length, BufferAccess.Read | BufferAccess.Write);
                    var pointer = new Pointer(whole, argument.Integer * parameter.Variable.Type.ElementSize);
                    frame.Pointers[i] = Program.Restrict(pointer, parameter);
                }
                else if (parameter.Variable.Type.IsFloat)
                {
                    frame.Singles[i] = (float)argument.Number;
                }
                else
                {
                    frame.Integers[i] = argument.Integer;
                }
            }
        };

        KernelFaultException Wrong(string detail) => new(KernelFault.Argument, kernel.Name, "", "", detail);

        static string Kind(KernelArgument argument) => argument.Memory is { } memory ? $"the memory {memory.Name}" : "a number";
    }

    /// <summary>The threads of a group, each between two barriers.</summary>
    private sealed class RunningGroup
    {
        private readonly Group _group;
        private readonly bool[] _hasEnded;
        private readonly List<(Frame Frame, IEnumerator<Statement> Steps)> _threads = [];

        public RunningGroup(Program program, (int X, int Y, int Z) size, Group group, Action<Frame> bind)
        {
            _group = group;
            for (var z = 0; z < size.Z; z++)
            {
                for (var y = 0; y < size.Y; y++)
                {
                    for (var x = 0; x < size.X; x++)
                    {
                        var frame = program.NewFrame(new Interpretation.Thread(group, _threads.Count, (x, y, z)));
                        bind(frame);
                        _threads.Add((frame, Start(program, frame).GetEnumerator()));
                    }
                }
            }

            _hasEnded = new bool[_threads.Count];
        }

        /// <summary>True when the group waits for the grid, false when it has ended.</summary>
        public bool RunToGridBarrier(ref int interval, int gridInterval)
        {
            _group.GridInterval = gridInterval;
            while (true)
            {
                _group.Interval = ++interval;
                Barrier? barrier = null;
                Frame? ended = null;
                Frame? waiting = null;
                for (var i = 0; i < _threads.Count; i++)
                {
                    if (i % MatrixFragment.Threads == 0)
                        RunWarp(i);
                    var (frame, steps) = _threads[i];
                    if (_hasEnded[i])
                    {
                        ended = frame;
                        if (waiting is not null)
                            throw Diverged(waiting, $"waits, but thread {frame.Thread.Index} has ended.");
                        continue;
                    }

                    if (ended is not null)
                        throw Diverged(frame, $"waits, but thread {ended.Thread.Index} has ended.");
                    if (barrier is not null && !ReferenceEquals(barrier, steps.Current))
                        throw Diverged(frame, $"waits at another barrier than thread {waiting!.Thread.Index}.");
                    (barrier, waiting) = ((Barrier)steps.Current, frame);
                }

                if (_group.Pending is { } pending)
                    throw pending;
                if (barrier is null)
                    return false;
                if (barrier.Scope == BarrierScope.Grid)
                    return true;
            }
        }

        // Takes the threads of a warp to a barrier or to their end, through products that they compute together.
        private void RunWarp(int first)
        {
            var end = Math.Min(first + MatrixFragment.Threads, _threads.Count);
            while (true)
            {
                var warp = new List<Frame>();
                MatrixMultiplyAdd? product = null;
                for (var i = first; i < end; i++)
                {
                    var (frame, steps) = _threads[i];
                    _hasEnded[i] = !Advance(steps);
                    if (_hasEnded[i] || steps.Current is not MatrixMultiplyAdd reached)
                        continue;
                    if (product is not null && !ReferenceEquals(product, reached))
                        throw Diverged(frame, $"waits at another product than thread {warp[0].Thread.Index}.");
                    product = reached;
                    warp.Add(frame);
                }

                if (product is null)
                    return;
                if (warp.Count < MatrixFragment.Threads)
                    throw Diverged(warp[0], "waits for its warp, but other threads of it have not come here.");
                warp[0].Product!.Run(warp);
            }
        }

        // What a thread does with an undefined value is no news.
        private bool Advance(IEnumerator<Statement> steps)
        {
            try
            {
                return steps.MoveNext();
            }
            catch (KernelFaultException fault) when (_group.Pending is not null && fault.Fault != KernelFault.Race)
            {
                throw _group.Pending;
            }
        }

        public KernelFaultException Diverged(string detail) => Diverged(_threads[0].Frame, detail);

        private static KernelFaultException Diverged(Frame frame, string detail) => frame.Fault(KernelFault.Divergence, detail);

        // Nothing runs before the first step is asked for, so that accesses are recorded in the right interval.
        private static IEnumerable<Statement> Start(Program program, Frame frame)
        {
            foreach (var statement in program.Advance(frame))
                yield return statement;
        }
    }
}
