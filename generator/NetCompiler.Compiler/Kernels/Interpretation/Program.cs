namespace NetCompiler.Compiler.Kernels.Interpretation;

/// <summary>A kernel made ready to run.</summary>
internal sealed class Program
{
    private readonly string _kernel;
    private readonly ExpressionCompiler _expressions;
    private readonly Dictionary<Kernel, Program> _called;
    private readonly Runnable _body;

    public Program(Kernel kernel, Dictionary<Kernel, Program> called)
    {
        _kernel = kernel.Name;
        _called = called;
        _expressions = new ExpressionCompiler(kernel.Name);
        Kernel = kernel;
        foreach (var parameter in kernel.Parameters)
            _expressions.Declare(parameter.Variable);
        _body = Compile(kernel.Body);
    }

    public Kernel Kernel { get; }

    /// <summary>A frame for a thread, with no variable set yet.</summary>
    public Frame NewFrame(Thread thread) => new(_kernel, _expressions.SlotCount, thread);

    /// <summary>Compiles an expression over the kernel's parameters.</summary>
    public Func<Frame, long> Integer(Expression expression) => _expressions.Integer(expression);

    /// <summary>Runs to the next barrier or product of matrices at a time.</summary>
    public IEnumerable<Statement> Advance(Frame frame) => _body.Advance(frame);

    private Runnable Compile(Block block)
    {
        var parts = block.Statements.Where(s => s is not Remark).Select(Compile).ToArray();
        if (parts.All(p => p.Run is not null))
        {
            var runs = parts.Select(p => p.Run!).ToArray();
            return new(
                f =>
                {
                    foreach (var run in runs)
                        run(f);
                },
                null);
        }

        return new(null, f => parts.SelectMany(p => p.Advance(f)));
    }

    private Runnable Compile(Statement statement)
    {
        switch (statement)
        {
            case Block block:
                return Compile(block);
            case For loop:
                return CompileLoop(loop);
            case Let let:
                return new(CompileSet(let, _expressions.Declare, let.Variable, let.Value), null);
            case Assign assign:
                return new(CompileSet(assign, _expressions.Slot, assign.Variable, assign.Value), null);
            case Store store:
                return new(CompileStore(store), null);
            case Prefetch:
                return new(_ => { }, null);
            case If branch:
                return CompileIf(branch);
            case Allocate allocate:
                return new(CompileAllocate(allocate), null);
            case Barrier barrier:
                return new(null, f => AtBarrier(f, barrier));
            case AsyncCopy copy:
                return new(CompileCopy(copy), null);
            case CommitCopies:
                return new(f => f.Thread.Copies.Commit(), null);
            case WaitForCopies wait:
                return new(
                    f =>
                    {
                        f.Statement = wait;
                        f.Thread.Copies.Wait(f, wait.Groups);
                    },
                    null);
            case MatrixMultiplyAdd product:
                var compiled = new WarpProduct(product, _expressions);
                return new(null, f => AtProduct(f, product, compiled));
            case Call call:
                return CompileCall(call);
            default:
                throw new NotSupportedException($"Kernel {_kernel}: the interpreter has no form for {statement.GetType().Name}.");
        }
    }

    private static IEnumerable<Statement> AtBarrier(Frame frame, Barrier barrier)
    {
        frame.Statement = barrier;
        yield return barrier;
    }

    private static IEnumerable<Statement> AtProduct(Frame frame, MatrixMultiplyAdd product, WarpProduct compiled)
    {
        (frame.Statement, frame.Product) = (product, compiled);
        yield return product;
    }

    private Runnable CompileLoop(For loop)
    {
        var (start, end) = (_expressions.Integer(loop.Start), _expressions.Integer(loop.End));
        var slot = _expressions.Declare(loop.Counter);
        var body = Compile(loop.Body);
        if (body.Run is { } run)
        {
            return new(
                f =>
                {
                    f.Statement = loop;
                    var last = end(f);
                    for (var i = start(f); i < last; i += loop.Step)
                    {
                        f.Integers[slot] = i;
                        run(f);
                    }
                },
                null);
        }

        return new(null, Rounds);

        IEnumerable<Statement> Rounds(Frame f)
        {
            f.Statement = loop;
            var last = end(f);
            for (var i = start(f); i < last; i += loop.Step)
            {
                f.Integers[slot] = i;
                foreach (var barrier in body.Advance(f))
                    yield return barrier;
            }
        }
    }

    private Runnable CompileIf(If branch)
    {
        var condition = _expressions.Integer(branch.Condition);
        var then = Compile(branch.Then);
        var otherwise = branch.Else is null ? new Runnable(_ => { }, null) : Compile(branch.Else);
        if (then.Run is { } runThen && otherwise.Run is { } runElse)
        {
            return new(
                f =>
                {
                    f.Statement = branch;
                    if (condition(f) != 0)
                        runThen(f);
                    else
                        runElse(f);
                },
                null);
        }

        return new(null, Choose);

        IEnumerable<Statement> Choose(Frame f)
        {
            f.Statement = branch;
            foreach (var barrier in (condition(f) != 0 ? then : otherwise).Advance(f))
                yield return barrier;
        }
    }

    private Action<Frame> CompileSet(Statement statement, Func<Variable, int> slotOf, Variable variable, Expression value)
    {
        // The value is compiled before the variable is declared: it cannot contain it.
        var type = variable.Type;
        if (type.IsPointer)
        {
            var pointer = _expressions.Pointer(value);
            var slot = slotOf(variable);
            return f =>
            {
                f.Statement = statement;
                f.Pointers[slot] = pointer(f);
            };
        }

        if (type.IsVector && type.IsFloat)
        {
            var lanes = _expressions.Singles(value);
            var slot = slotOf(variable);
            return f =>
            {
                f.Statement = statement;
                f.SingleVectors[slot] = lanes(f);
            };
        }

        if (type.IsVector)
        {
            var lanes = _expressions.Integers(value);
            var slot = slotOf(variable);
            return f =>
            {
                f.Statement = statement;
                f.IntegerVectors[slot] = lanes(f);
            };
        }

        if (type.IsFloat)
        {
            var number = _expressions.Single(value);
            var slot = slotOf(variable);
            return f =>
            {
                f.Statement = statement;
                f.Singles[slot] = number(f);
            };
        }

        var integer = _expressions.Integer(value);
        var target = slotOf(variable);
        return f =>
        {
            f.Statement = statement;
            f.Integers[target] = integer(f);
        };
    }

    private Action<Frame> CompileStore(Store store)
    {
        var (pointer, index) = (_expressions.Pointer(store.Pointer), _expressions.Integer(store.Index));
        var (scalar, lanes) = (store.Pointer.Type.Scalar, store.Value.Type.Lanes);
        var size = KernelType.SizeOf(scalar);
        if (store.Value.Type.IsFloat)
        {
            Func<Frame, float[]> values;
            if (lanes > 1)
            {
                values = _expressions.Singles(store.Value);
            }
            else
            {
                var single = _expressions.Single(store.Value);
                values = f => [single(f)];
            }

            return f =>
            {
                f.Statement = store;
                var (value, p) = (values(f), pointer(f));
                var start = MemoryAccess.Write(f, p, index(f), lanes, scalar);
                Buffer.BlockCopy(value, 0, p.View.Memory.Data, start, lanes * size);
            };
        }

        Func<Frame, int[]>? vector = lanes > 1 ? _expressions.Integers(store.Value) : null;
        var integer = lanes > 1 ? null : _expressions.Integer(store.Value);
        return f =>
        {
            f.Statement = store;
            var p = pointer(f);
            var value = vector?.Invoke(f);
            var single = integer?.Invoke(f) ?? 0;
            var start = MemoryAccess.Write(f, p, index(f), lanes, scalar);
            for (var i = 0; i < lanes; i++)
                LaneArithmetic.WriteInteger(p.View.Memory.Data, start + i * size, value is null ? single : value[i], scalar);
        };
    }

    private Action<Frame> CompileCopy(AsyncCopy copy)
    {
        var (target, at) = (_expressions.Pointer(copy.Target), _expressions.Integer(copy.TargetIndex));
        var (source, from) = (_expressions.Pointer(copy.Source), _expressions.Integer(copy.SourceIndex));
        var where = copy.Condition is null ? _ => 1 : _expressions.Integer(copy.Condition);
        return f =>
        {
            f.Statement = copy;
            var value = 0f;
            if (where(f) != 0)
            {
                var p = source(f);
                value = LaneArithmetic.ReadSingle(p.View.Memory.Data, MemoryAccess.Read(f, p, from(f), 1, ScalarKind.F32));
            }

            f.Thread.Copies.Begin(f, target(f), at(f), value);
        };
    }

    private Action<Frame> CompileAllocate(Allocate allocate)
    {
        var slot = _expressions.Declare(allocate.Pointer);
        var (name, type) = (allocate.Pointer.Name, allocate.Pointer.Type);
        var space = type.Space ?? AddressSpace.Local;
        return f =>
        {
            f.Statement = allocate;
            if (space == AddressSpace.Shared && f.Thread.Group is { } group)
            {
                if (!group.Shared.TryGetValue(allocate, out var shared))
                    group.Shared[allocate] = shared = NewView();
                f.Pointers[slot] = new Pointer(shared, 0);
            }
            else
            {
                f.Pointers[slot] = new Pointer(NewView(), 0);
            }
        };

        MemoryView NewView()
        {
            var memory = new KernelMemory(name, type.Scalar, allocate.Count);
            if (space == AddressSpace.Shared)
                memory.Accesses = new KernelMemory.AccessRecord[allocate.Count];
            return new MemoryView(memory, name, space, 0, memory.Data.Length, BufferAccess.Read | BufferAccess.Write);
        }
    }

    private Runnable CompileCall(Call call)
    {
        if (!_called.TryGetValue(call.Kernel, out var program))
            _called[call.Kernel] = program = new Program(call.Kernel, _called);
        if (call.Arguments.Length != call.Kernel.Parameters.Length)
        {
            throw new KernelFaultException(
                KernelFault.Argument,
                _kernel,
                KernelText.FirstLine(call),
                "",
                $"{call.Arguments.Length} arguments for the {call.Kernel.Parameters.Length} parameters of {call.Kernel.Name}.");
        }

        var passes = new List<Action<Frame, Frame>>();
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            var (parameter, argument, slot) = (call.Kernel.Parameters[i], call.Arguments[i], i);
            var type = parameter.Variable.Type;
            if (type.IsPointer)
            {
                var pointer = _expressions.Pointer(argument);
                passes.Add((from, to) => to.Pointers[slot] = Restrict(pointer(from), parameter));
            }
            else if (type.IsFloat && type.IsVector)
            {
                var value = _expressions.Singles(argument);
                passes.Add((from, to) => to.SingleVectors[slot] = value(from));
            }
            else if (type.IsVector)
            {
                var value = _expressions.Integers(argument);
                passes.Add((from, to) => to.IntegerVectors[slot] = value(from));
            }
            else if (type.IsFloat)
            {
                var value = _expressions.Single(argument);
                passes.Add((from, to) => to.Singles[slot] = value(from));
            }
            else
            {
                var value = _expressions.Integer(argument);
                passes.Add((from, to) => to.Integers[slot] = value(from));
            }
        }

        if (program._body.Run is { } run)
            return new(f => run(Enter(f)), null);
        return new(null, f => program._body.Advance(Enter(f)));

        Frame Enter(Frame caller)
        {
            caller.Statement = call;
            var frame = program.NewFrame(caller.Thread);
            foreach (var pass in passes)
                pass(caller, frame);
            return frame;
        }
    }

    /// <summary>A pointer as a parameter declares it: no further than its extent, for its access only.</summary>
    public static Pointer Restrict(Pointer pointer, KernelParameter parameter)
    {
        var view = pointer.View;
        var (low, high) = (view.Low, view.High);
        if (parameter.Extent is { } extent)
        {
            low = Math.Max(low, pointer.Offset);
            high = Math.Min(high, pointer.Offset + extent * parameter.Variable.Type.ElementSize);
        }

        return new(new MemoryView(view.Memory, parameter.Variable.Name, view.Space, low, high, view.Access & parameter.Access),
            pointer.Offset);
    }
}
