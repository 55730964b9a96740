using NetCompiler.Runtime;
using static System.FormattableString;

namespace NetCompiler;

/// <summary>A pass with memory of its own and checks of what callers hand it: what a session needs of a network's method.</summary>
internal sealed unsafe class EntryRunner : IDisposable
{
    private readonly Network _network;
    private readonly SharedPass _pass;
    private readonly PassExecutor _executor;
    private readonly SampleTensor[] _inputs;
    private readonly SampleTensor[] _outputs;

    /// <summary>Prepares a pass.</summary>
    /// <param name="network">The network.</param>
    /// <param name="pass">The pass, held once for this.</param>
    /// <param name="maxBatch">The batch to have room for.</param>
    /// <param name="workers">Who runs it.</param>
    public EntryRunner(Network network, SharedPass pass, int maxBatch, WorkerPool workers)
    {
        _network = network;
        _pass = pass;
        try
        {
            _inputs = Tensors(network, pass.Pass.Info.Inputs);
            _outputs = Tensors(network, pass.Pass.Info.Outputs);
            _executor = new PassExecutor(pass.Pass, maxBatch, workers);
        }
        catch
        {
            pass.LetGo();
            throw;
        }
    }

    /// <summary>What it runs.</summary>
    public SharedPass Pass => _pass;

    /// <summary>What the pass reads.</summary>
    public ReadOnlySpan<SampleTensor> Inputs => _inputs;

    /// <summary>What the pass writes.</summary>
    public ReadOnlySpan<SampleTensor> Outputs => _outputs;

    /// <summary>Checks the buffers and runs the pass.</summary>
    /// <returns>The number of samples.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or results overlap what else there is.</exception>
    public int Run(ReadOnlySpan<TensorBuffer> inputs, ReadOnlySpan<TensorBuffer> outputs, uint seed)
    {
        PassArity.Check(_network, _pass.Pass, inputs.Length, outputs.Length, "a computation");
        var samples = Count(inputs);
        for (var i = 0; i < outputs.Length; i++)
            _outputs[i].CheckRoom(samples, outputs[i].Length, _pass.Pass.Info.Outputs[i].Name);
        CheckOverlap(inputs, outputs, samples);
        var inputPointers = stackalloc byte*[inputs.Length];
        var outputPointers = stackalloc byte*[outputs.Length];
        for (var i = 0; i < inputs.Length; i++)
            inputPointers[i] = inputs[i].Pointer;
        for (var i = 0; i < outputs.Length; i++)
            outputPointers[i] = outputs[i].Pointer;
        Run(inputPointers, outputPointers, samples, seed);
        return samples;
    }

    /// <summary>Runs the pass on buffers that have been checked.</summary>
    public void Run(byte** inputs, byte** outputs, int samples, uint seed) =>
        _executor.Run(inputs, outputs, samples, _network.ParameterPointer, null, Refresh(), seed);

    /// <summary>The values that the pass derives from the parameters, as these are now.</summary>
    public byte* Refresh() => _pass.Refresh(_network, _executor);

    public void Dispose()
    {
        _executor.Dispose();
        _pass.LetGo();
    }

    private static SampleTensor[] Tensors(Network network, IReadOnlyList<TensorInfo> infos)
    {
        var tensors = new SampleTensor[infos.Count];
        for (var i = 0; i < tensors.Length; i++)
            tensors[i] = new SampleTensor(network, infos[i]);
        return tensors;
    }

    // As many samples of each input.
    private int Count(ReadOnlySpan<TensorBuffer> inputs)
    {
        var samples = 0;
        for (var i = 0; i < inputs.Length; i++)
        {
            var name = _pass.Pass.Info.Inputs[i].Name;
            var count = _inputs[i].CountSamples(inputs[i].Type, inputs[i].Length, name);
            _inputs[i].CheckBound(new ReadOnlySpan<int>(inputs[i].Pointer, inputs[i].Type == ElementType.Int32 ? inputs[i].Length : 0), name);
            if (i > 0 && count != samples)
            {
                throw new ArgumentException(Invariant(
                    $"{_network.Definition.Name}: '{name}': expected {samples} samples, as '{_pass.Pass.Info.Inputs[0].Name}' has, found {count}."),
                    name);
            }

            samples = count;
        }

        return samples;
    }

    private void CheckOverlap(ReadOnlySpan<TensorBuffer> inputs, ReadOnlySpan<TensorBuffer> outputs, int samples)
    {
        for (var o = 0; o < outputs.Length; o++)
        {
            var end = outputs[o].Pointer + (nint)samples * _outputs[o].SizeInBytes;
            for (var i = 0; i < inputs.Length; i++)
            {
                if (inputs[i].Pointer < end && outputs[o].Pointer < inputs[i].Pointer + (nint)samples * _inputs[i].SizeInBytes)
                    throw Overlap(_pass.Pass.Info.Outputs[o], _pass.Pass.Info.Inputs[i]);
            }

            for (var i = 0; i < o; i++)
            {
                if (outputs[i].Pointer < end && outputs[o].Pointer < outputs[i].Pointer + (nint)samples * _outputs[i].SizeInBytes)
                    throw Overlap(_pass.Pass.Info.Outputs[o], _pass.Pass.Info.Outputs[i]);
            }
        }
    }

    private ArgumentException Overlap(TensorInfo output, TensorInfo other) =>
        new($"{_network.Definition.Name}: '{output.Name}' overlaps '{other.Name}'.", output.Name);
}
