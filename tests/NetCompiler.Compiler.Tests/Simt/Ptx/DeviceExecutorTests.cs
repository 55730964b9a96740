using System.Runtime.InteropServices;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Reference;
using NetCompiler.Compiler.Tests.Support;
using NetCompiler.Runtime;

namespace NetCompiler.Compiler.Tests.Simt.Ptx;

/// <summary>
/// Emitted passes for devices, from the declaration to the numbers: tables and PTX as they are printed, run by the runtime's executor on
/// a driver that interprets them.
/// </summary>
public unsafe class DeviceExecutorTests
{
    private const int Seed = 811;

    public static TheoryData<string> Kinds => ["Conv", "BatchNorm", "Dropout", "Lstm", "Embedding", "MultiHeadAttention", "Softmax", "LayerNorm"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TrainingStepsComputeWhatTheReferenceComputes(string kind)
    {
        var @case = LayerCases.Around(kind, LayerCases.Name(kind, 0), Seed, EmittedSweep.Widths, SimtSweep.LargestWork / 4);
        var numbers = CaseNumbers.Find(@case.Model, @case.Batch, @case.Seed, CaseRunner.CallSeed)!;
        // In chunks, so that sums go over several of them.
        var program = SimtPassCompiler.Compile(@case.Model, PassKind.Train, PassOptions.Default with { ChunkSize = Math.Max(1, @case.Batch / 2) });
        var parameters = Parameters(@case.Model, numbers);
        using var driver = new InterpretedDriver();
        using (var executor = new DeviceExecutor(driver, Emit(@case.Model, program), @case.Batch, parameters.Length))
        {
            fixed (float* pointer = parameters)
                executor.SetParameters(pointer);
            // What an earlier step leaves behind must not matter.
            _ = Run(executor, program, numbers, @case.Batch);
            fixed (float* pointer = parameters)
                executor.SetParameters(pointer);
            var results = Run(executor, program, numbers, @case.Batch);
            // What is random is launched anew each time.
            if (!program.Kernels.Any(k => k.Parameters.Any(p => p.Variable.Name == "seed")))
                Assert.True(driver.Replays >= 2, "the step is noted once and replayed");

            var gradients = new float[parameters.Length];
            fixed (float* pointer = gradients)
                executor.GetGradients(pointer);
            fixed (float* pointer = parameters)
                executor.GetUpdates(pointer);
            Check(@case.Model, program, numbers, results, gradients, parameters);
        }

        Assert.Equal(0, driver.Held);
    }

    [Fact]
    public void BatchesOfOneAndOfMoreThanAChunkPredictTheSame()
    {
        var model = LayerCases.Around("Conv", "Small", Seed, EmittedSweep.Widths, SimtSweep.LargestWork / 4).Model;
        var program = SimtPassCompiler.Compile(model, PassKind.Predict, PassOptions.Default with { ChunkSize = 2 });
        var random = new Random(Seed);
        var parameters = Enumerable.Range(0, ParameterLayout.Of(model).Max(p => p.Offset + (int)p.Declared.Value.Type.SampleLength))
            .Select(_ => (float)(random.NextDouble() - 0.5) * 0.1f).ToArray();
        using var driver = new InterpretedDriver();
        using var executor = new DeviceExecutor(driver, Emit(model, program), 3, parameters.Length);
        fixed (float* pointer = parameters)
            executor.SetParameters(pointer);
        var length = (int)model.Input.Type.SampleLength * KernelType.SizeOf(model.Input.Type.Element);
        var (input, classes) = (new byte[3 * length], (int)model.Prediction.Type.SampleLength);
        // Bytes of whatever type the input is: small numbers.
        for (var i = 0; i < input.Length; i++)
            input[i] = model.Input.Type.Element == ScalarKind.U8 ? (byte)random.Next(256) : (byte)(i % 4 == 3 ? 0x3D : 0);
        var together = Predict(input, 3);
        for (var sample = 0; sample < 3; sample++)
        {
            Assert.Equal(together.AsSpan(sample * classes, classes).ToArray(),
                Predict(input.AsSpan(sample * length, length).ToArray(), 1));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Predict(input, 4));

        float[] Predict(byte[] samples, int count)
        {
            var outputs = new float[count * classes];
            fixed (byte* from = samples)
            fixed (float* to = outputs)
            {
                var (source, target) = (from, (byte*)to);
                executor.Run(&source, &target, count, seed: 0);
            }

            return outputs;
        }
    }

    [Fact]
    public void WithoutADriverASentenceSaysWhatIsMissing()
    {
        Device device;
        try
        {
            device = Device.Cuda();
        }
        catch (DeviceException exception)
        {
            Assert.Matches("CUDA driver|compute capability", exception.Message);
            Assert.Same(Device.Cpu, Device.Best);
            return;
        }

        Assert.False(device.IsCpu);
        Assert.Equal(device.Name, Device.Best.Name);
    }

    private static DevicePass Emit(NetworkModel model, SimtProgram program)
    {
        var source = CompiledSource.Compile(
            $"namespace {model.Spec.Namespace} {{ public sealed partial class {model.Spec.Name}; }}", DevicePassPrinter.Print(model, program));
        return (DevicePass)Activator.CreateInstance(
            source.Assembly.GetType($"{model.Spec.Namespace}.{model.Spec.Name}+{DevicePassPrinter.NameOf(program)}", throwOnError: true)!, nonPublic: true)!;
    }

    private static float[] Parameters(NetworkModel model, CaseNumbers numbers)
    {
        var placed = ParameterLayout.Of(model);
        var arena = new float[placed.Max(p => p.Offset + (int)p.Declared.Value.Type.SampleLength)];
        foreach (var parameter in placed)
        {
            var values = numbers.Values[parameter.Name];
            for (var i = 0; i < values.Length; i++)
                arena[parameter.Offset + i] = (float)values[i];
        }

        return arena;
    }

    private static List<float[]> Run(DeviceExecutor executor, SimtProgram program, CaseNumbers numbers, int batch)
    {
        var inputs = program.Graph.Inputs.Select(v => Bytes(numbers.Values[v.Name], v.Type.Element)).ToList();
        var outputs = program.Graph.Outputs.Where(o => o.Role == OutputRole.Result)
            .Select(o => new float[batch * o.Value.Type.SampleLength]).ToList();
        var handles = inputs.Concat<object>(outputs)
            .Select(a => GCHandle.Alloc(a, GCHandleType.Pinned)).ToList();
        var pointers = stackalloc byte*[handles.Count];
        for (var i = 0; i < handles.Count; i++)
            pointers[i] = (byte*)handles[i].AddrOfPinnedObject();
        executor.Run(pointers, pointers + inputs.Count, batch, CaseRunner.CallSeed);
        handles.ForEach(h => h.Free());
        return outputs;
    }

    private static byte[] Bytes(double[] values, ScalarKind element)
    {
        Array typed = element switch
        {
            ScalarKind.U8 => values.Select(x => (byte)x).ToArray(),
            ScalarKind.I32 => values.Select(x => (int)x).ToArray(),
            _ => values.Select(x => (float)x).ToArray(),
        };
        var bytes = new byte[Buffer.ByteLength(typed)];
        Buffer.BlockCopy(typed, 0, bytes, 0, bytes.Length);
        return bytes;
    }

    private static void Check(
        NetworkModel model, SimtProgram program, CaseNumbers numbers, List<float[]> results, float[] gradients, float[] parameters)
    {
        var number = 0;
        foreach (var output in program.Graph.Outputs)
        {
            var name = output.Role == OutputRole.Result && output.Name != "loss" ? "prediction" : output.Name;
            var expected = numbers.TrainingGraph.Outputs.Single(o => o.Name == name && o.Role == output.Role).Value;
            float[] actual;
            if (output.Role == OutputRole.Result)
            {
                actual = results[number++];
            }
            else
            {
                var placed = ParameterLayout.Of(model).Single(p => p.Name == output.Name);
                actual = (output.Role == OutputRole.Gradient ? gradients : parameters)
                    .AsSpan(placed.Offset, (int)placed.Declared.Value.Type.SampleLength).ToArray();
            }

            Near.Assert([.. actual.Select(x => (double)x)], numbers.Training[expected].Data, CaseRunner.Tolerance, $"{output.Role} {output.Name}",
                floor: Math.Max(1e-6, output.Role == OutputRole.Gradient ? numbers.Floor(expected) : 0));
        }
    }
}
