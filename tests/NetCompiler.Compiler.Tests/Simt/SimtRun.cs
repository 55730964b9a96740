using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Stages;
using NetCompiler.Compiler.Tests.Ilgpu;
using NetCompiler.Compiler.Tests.Kernels;
using NetCompiler.Compiler.Tests.Simt.Ptx;
using NetCompiler.Compiler.Tests.Support;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>Runs the launches of a SIMT program: chunk by chunk, with a set of accumulators for each lane.</summary>
internal abstract class SimtRun
{
    private const int Lanes = 2;
    private readonly SimtProgram _program;
    private readonly Dictionary<(StagePlan Stage, int Buffer), (Array Memory, long Stride)> _buffers = [];
    private readonly Dictionary<Value, Array> _values = [];
    private readonly int _batch;
    private readonly uint _seed;

    protected SimtRun(SimtProgram program, int batch, IReadOnlyDictionary<string, double[]> values, uint seed)
    {
        (_program, _batch, _seed) = (program, batch, seed);
        foreach (var value in program.Graph.Inputs.Concat(program.Graph.Parameters))
            _values[value] = FromDoubles(value.Type.Element, values[value.Name]);
    }

    /// <summary>All launches, as (kernel, arguments): a pointer is an array with the index of its first element.</summary>
    protected abstract void Launch(Kernel kernel, object[] arguments);

    /// <summary>The elements of a value that was computed.</summary>
    public double[] this[Value value] => ToDoubles(_values[value]);

    /// <summary>Runs the program.</summary>
    public void Run()
    {
        foreach (var step in _program.Steps)
        {
            if (step.Kind != StepKind.Chunks)
            {
                Launch(step, 0, _batch, 0);
                continue;
            }

            for (var (first, chunk) = (0, 0); first < _batch; first += _program.ChunkSize, chunk++)
                Launch(step, first, Math.Min(_program.ChunkSize, _batch - first), chunk % Lanes);
        }
    }

    private void Launch(StepPlan step, int first, int count, int lane)
    {
        foreach (var (loop, launches) in LaunchLoop.Group(step.Launches, l => l.Launch))
        {
            for (var round = 0; round < (loop?.Rounds ?? 1); round++)
            {
                foreach (var launch in launches)
                    Launch(launch.Launch.Kernel, [.. launch.Launch.Arguments.Select(a => Argument(launch, a, first, count, lane, round))]);
            }
        }
    }

    private object Argument(StageLaunch launch, LaunchArgument argument, int first, int count, int lane, int round)
    {
        switch (argument)
        {
            case LaunchArgument.OfValue { Value: var value }:
                return (Memory(value), value.Type.IsPerSample ? first * _program.Layouts[value].Length : 0);
            case LaunchArgument.OfBuffer buffer:
                return Buffer(launch.Stage, buffer.Index, lane);
            case LaunchArgument.Moving moving:
                var (memory, start) = ((Array, long))Argument(launch, moving.Memory, first, count, lane, round);
                return (memory, start + moving.Offset(round));
            case LaunchArgument.OfNumber number:
                return number.Number switch
                {
                    LaunchNumber.Count => count,
                    LaunchNumber.First => first,
                    LaunchNumber.BatchSize => _batch,
                    LaunchNumber.Seed => unchecked((int)_seed),
                    LaunchNumber.Lanes => Lanes,
                    _ => (int)launch.Stage.Plan.Buffers.Single(b => b.Lifetime == BufferLifetime.Accumulator).Length,
                };
            default:
                throw new InvalidOperationException(argument.ToString());
        }
    }

    private Array Memory(Value value)
    {
        if (!_values.TryGetValue(value, out var memory))
            _values[value] = memory = Undefined(value.Type.Element, _program.Layouts[value].Length * (value.Type.IsPerSample ? _batch : 1));
        return memory;
    }

    private (Array, long) Buffer(StagePlan stage, int index, int lane)
    {
        var buffer = stage.Plan.Buffers[index];
        if (!_buffers.TryGetValue((stage, index), out var place))
        {
            var isAccumulator = buffer.Lifetime == BufferLifetime.Accumulator;
            place = isAccumulator ? (new float[buffer.Length * Lanes], buffer.Length) : (Undefined(buffer.Scalar, buffer.Length), 0);
            _buffers[(stage, index)] = place;
        }

        return (place.Memory, place.Stride * lane);
    }

    /// <summary>The groups of a launch.</summary>
    protected static (int X, int Y, int Z) Grid(Kernel kernel, object[] arguments)
    {
        var numbers = kernel.Parameters.Zip(arguments).Where(p => p.Second is int)
            .ToDictionary(p => p.First.Variable.Name, p => (int)p.Second);
        var size = kernel.Launch!.GridSize;
        return (Size(size.X), Size(size.Y), Size(size.Z));

        int Size(Expression size) => size switch
        {
            Constant constant => (int)constant.Number,
            Variable variable => numbers[variable.Name],
            Binary { Function: BinaryFunction.Add } sum => Size(sum.Left) + Size(sum.Right),
            Binary { Function: BinaryFunction.Multiply } product => Size(product.Left) * Size(product.Right),
            Binary { Function: BinaryFunction.Divide } quotient => Size(quotient.Left) / Size(quotient.Right),
            _ => throw new InvalidOperationException(size.ToString()),
        };
    }

    private static Array Undefined(ScalarKind scalar, long length) => scalar switch
    {
        ScalarKind.U8 => Enumerable.Repeat((byte)0xCD, (int)length).ToArray(),
        ScalarKind.I32 => Enumerable.Repeat(unchecked((int)0xCDCDCDCD), (int)length).ToArray(),
        _ => Enumerable.Repeat(float.NaN, (int)length).ToArray(),
    };

    private static Array FromDoubles(ScalarKind scalar, double[] data) => scalar switch
    {
        ScalarKind.U8 => data.Select(d => (byte)d).ToArray(),
        ScalarKind.I32 => data.Select(d => (int)d).ToArray(),
        _ => data.Select(d => (float)d).ToArray(),
    };

    private static double[] ToDoubles(Array data) => data switch
    {
        byte[] bytes => [.. bytes.Select(b => (double)b)],
        int[] integers => [.. integers.Select(i => (double)i)],
        _ => [.. ((float[])data).Select(f => (double)f)],
    };

    /// <summary>Every step checked: bounds, memory that nothing has written, races, divergence.</summary>
    public class Interpreted(SimtProgram program, int batch, IReadOnlyDictionary<string, double[]> values, uint seed = 0)
        : SimtRun(program, batch, values, seed)
    {
        private readonly Dictionary<Array, KernelMemory> _memories = [];

        protected override void Launch(Kernel kernel, object[] arguments)
        {
            Launch(kernel, [.. arguments.Select((argument, i) => argument is (Array memory, long offset)
                ? Memory(memory, kernel.Parameters[i]).At(offset)
                : (KernelArgument)(int)argument)]);
            foreach (var (array, memory) in _memories)
                CopyBack(memory, array);
        }

        /// <summary>Runs a kernel.</summary>
        protected virtual void Launch(Kernel kernel, KernelArgument[] arguments) => KernelInterpreter.Run(kernel, arguments);

        // What nothing has written yet stays undefined.
        private KernelMemory Memory(Array array, KernelParameter parameter)
        {
            if (_memories.TryGetValue(array, out var memory))
                return memory;
            memory = array switch
            {
                float[] floats when floats.Length > 0 && floats.All(float.IsNaN) =>
                    new KernelMemory(parameter.Variable.Name, ScalarKind.F32, floats.Length),
                float[] floats => KernelMemory.Of(parameter.Variable.Name, floats),
                byte[] bytes when bytes.All(b => b == 0xCD) => new KernelMemory(parameter.Variable.Name, ScalarKind.U8, bytes.Length),
                byte[] bytes => KernelMemory.Of(parameter.Variable.Name, bytes),
                _ => KernelMemory.Of(parameter.Variable.Name, (int[])array),
            };
            return _memories[array] = memory;
        }

        private static void CopyBack(KernelMemory memory, Array array)
        {
            Array source = array switch { float[] => memory.ToSingles(), byte[] => memory.ToBytes(), _ => memory.ToIntegers() };
            source.CopyTo(array, 0);
        }
    }

    /// <summary>The printed C#, compiled for ILGPU and run on what the tests have of it.</summary>
    public sealed class Printed : SimtRun
    {
        private readonly CompiledSource _source;

        public Printed(SimtProgram program, int batch, IReadOnlyDictionary<string, double[]> values, uint seed = 0)
            : base(program, batch, values, seed) => _source = KernelSource.CompileIlgpu([.. program.Kernels]);

        protected override void Launch(Kernel kernel, object[] arguments) => TestAccelerator.Launch(
            _source.Method("Kernels", kernel.Name), Grid(kernel, arguments), kernel.Launch!.GroupSize, arguments);
    }

    /// <summary>The printed PTX, checked and interpreted.</summary>
    public sealed class Assembled(
        SimtProgram program, int batch, IReadOnlyDictionary<string, double[]> values, uint seed = 0, Func<string, string>? edit = null)
        : SimtRun(program, batch, values, seed)
    {
        private readonly PtxModule _module = PtxModule.Parse((edit ?? (text => text))(PtxPrinter.Print(program.Kernels)));

        protected override void Launch(Kernel kernel, object[] arguments)
        {
            var memory = new PtxMemory();
            var buffers = new Dictionary<Array, (byte[] Data, long Address)>();
            var passed = arguments.Select(argument => argument is (Array array, long offset) ? Address(array, offset) : (int)argument).ToArray();
            var function = _module.Functions[PtxPrinter.EntryName(kernel)];
            PtxInterpreter.Run(function, Grid(kernel, arguments), memory, passed);
            foreach (var (array, (data, _)) in buffers)
                System.Buffer.BlockCopy(data, 0, array, 0, data.Length);

            long Address(Array array, long offset)
            {
                if (!buffers.TryGetValue(array, out var place))
                {
                    var data = new byte[System.Buffer.ByteLength(array)];
                    System.Buffer.BlockCopy(array, 0, data, 0, data.Length);
                    buffers[array] = place = (data, memory.Add(data));
                }

                return place.Address + offset * (System.Buffer.ByteLength(array) / array.Length);
            }
        }
    }
}
