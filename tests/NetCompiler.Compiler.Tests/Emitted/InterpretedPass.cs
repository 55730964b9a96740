using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>
/// Runs a compiled pass with the interpreter of kernels, step by step as the runtime does: every access is checked, and memory that
/// nothing has written holds NaN.
/// </summary>
public sealed class InterpretedPass
{
    private readonly PassProgram _program;
    private readonly int _batch;
    private readonly Dictionary<string, KernelMemory> _memory = [];

    /// <summary>Lays out the memory of a pass.</summary>
    /// <param name="program">The pass.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="inputs">The bytes of each input.</param>
    /// <param name="parameters">The arena of parameters.</param>
    public InterpretedPass(PassProgram program, int batch, byte[][] inputs, float[] parameters)
    {
        (_program, _batch) = (program, batch);
        for (var i = 0; i < inputs.Length; i++)
            _memory[$"input{i}"] = KernelMemory.Of($"input{i}", inputs[i]);
        var results = program.Graph.Outputs.Where(o => o.Role == OutputRole.Result).ToList();
        for (var i = 0; i < results.Count; i++)
        {
            var bytes = new byte[batch * results[i].Value.Type.SampleLength * KernelType.SizeOf(results[i].Value.Type.Element)];
            Array.Fill(bytes, (byte)0xFF);
            _memory[$"output{i}"] = KernelMemory.Of($"output{i}", bytes);
        }

        _memory["parameters"] = KernelMemory.Of("parameters", parameters);
        _memory["gradients"] = KernelMemory.Of("gradients", [.. Enumerable.Repeat(float.NaN, parameters.Length)]);
        var arenas = program.Memory.Bytes;
        Reserve("derived", arenas[Arena.Derived]);
        Reserve("shared", arenas[Arena.Shared]);
        Reserve("batch", arenas[Arena.Batch] * batch);
        Reserve("lanes", arenas[Arena.Lanes] * program.Lanes);
    }

    /// <summary>A result of the pass, by its number.</summary>
    public float[] Output(int number) => _memory[$"output{number}"].ToSingles();

    /// <summary>The gradients, laid out as the parameters.</summary>
    public float[] Gradients => _memory["gradients"].ToSingles();

    /// <summary>Runs all steps.</summary>
    /// <exception cref="KernelFaultException">A kernel did what no kernel may do.</exception>
    public void Run(uint seed)
    {
        for (var s = 0; s < _program.Steps.Length; s++)
        {
            var (step, call) = (_program.Steps[s], _program.Calls[s]);
            if (step.ClearsLanes)
                _memory["lanes"] = KernelMemory.Of("lanes", new float[_memory["lanes"].Extent]);
            if (step.Kind != StepKind.Chunks)
            {
                for (var part = 0; part < step.Parts; part++)
                    Run(call, part, 0, _batch, 0, seed);
                continue;
            }

            for (var (first, chunk) = (0, 0); first < _batch; first += _program.ChunkSize, chunk++)
            {
                // What another chunk has left is not there.
                Reserve("chunk", _program.Memory.Bytes[Arena.Chunk]);
                Reserve("own", _program.Memory.Bytes[Arena.Chunk]);
                var lane = _program.Lanes == 0 ? 0 : chunk % _program.Lanes;
                Run(call, 0, first, Math.Min(_program.ChunkSize, _batch - first), lane, seed);
            }
        }
    }

    private void Run(StepCall call, int part, int first, int count, int lane, uint seed)
    {
        var kernel = call.Method.Kernel;
        KernelInterpreter.Run(kernel, [.. kernel.Parameters.Select(p => p.Variable.Name switch
        {
            "capacity" or "batchSize" => _batch,
            "first" => first,
            "count" => count,
            "seed" => unchecked((int)seed),
            "part" => part,
            "row" => Table(call.Method).At(call.Row * call.Method.Width),
            "lanes" => _memory["lanes"].At(lane * _program.Memory.Bytes[Arena.Lanes] / sizeof(float)),
            var arena => (KernelArgument)_memory[arena],
        })]);
    }

    private static KernelMemory Table(StepMethod method) => KernelMemory.Of("row", [.. method.Rows.SelectMany(r => r.Numbers)]);

    // Lanes of padding may hold anything, and are read: NaN, so that none of them gets into a result.
    private void Reserve(string arena, long bytes)
    {
        var data = new float[bytes / sizeof(float)];
        Array.Fill(data, BitConverter.Int32BitsToSingle(-1));
        _memory[arena] = KernelMemory.Of(arena, data);
    }
}
