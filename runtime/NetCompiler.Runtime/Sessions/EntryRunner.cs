using NetCompiler.Runtime;
using static System.FormattableString;

namespace NetCompiler;

/// <summary>A pass with memory of its own and checks of what callers hand it: what a session needs of a network's method.</summary>
internal sealed unsafe class EntryRunner : IDisposable
{
    private readonly Network _network;
    private readonly PassRunner _pass;
    private readonly SampleTensor[] _inputs;
    private readonly SampleTensor[] _outputs;

    /// <summary>Prepares a pass.</summary>
    /// <param name="network">The network.</param>
    /// <param name="pass">The pass, which is disposed of with this.</param>
    public EntryRunner(Network network, PassRunner pass)
    {
        _network = network;
        _pass = pass;
        _inputs = Tensors(network, pass.Inputs);
        _outputs = Tensors(network, pass.Outputs);
    }

    /// <summary>What it runs.</summary>
    public PassRunner Pass => _pass;

    /// <summary>What the pass reads.</summary>
    public ReadOnlySpan<SampleTensor> Inputs => _inputs;

    /// <summary>What the pass writes.</summary>
    public ReadOnlySpan<SampleTensor> Outputs => _outputs;

    /// <summary>Checks the buffers and runs the pass.</summary>
    /// <returns>The number of samples.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or results overlap what else there is.</exception>
    public int Run(ReadOnlySpan<TensorBuffer> inputs, ReadOnlySpan<TensorBuffer> outputs, uint seed)
    {
        PassArity.Check(_network, _pass, inputs.Length, outputs.Length, "a computation");
        var samples = Count(inputs);
        for (var i = 0; i < outputs.Length; i++)
            _outputs[i].CheckRoom(samples, outputs[i].Length, _pass.Outputs[i].Name);
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
    public void Run(byte** inputs, byte** outputs, int samples, uint seed)
    {
        _pass.TakeParameters(evenIfUnchanged: false);
        _pass.Run(inputs, outputs, samples, null, seed);
    }

    public void Dispose() => _pass.Dispose();

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
            var name = _pass.Inputs[i].Name;
            var count = _inputs[i].CountSamples(inputs[i].Type, inputs[i].Length, name);
            _inputs[i].CheckBound(new ReadOnlySpan<int>(inputs[i].Pointer, inputs[i].Type == ElementType.Int32 ? inputs[i].Length : 0), name);
            if (i > 0 && count != samples)
            {
                throw new ArgumentException(Invariant(
                    $"{_network.Definition.Name}: '{name}': expected {samples} samples, as '{_pass.Inputs[0].Name}' has, found {count}."),
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
                    throw Overlap(_pass.Outputs[o], _pass.Inputs[i]);
            }

            for (var i = 0; i < o; i++)
            {
                if (outputs[i].Pointer < end && outputs[o].Pointer < outputs[i].Pointer + (nint)samples * _outputs[i].SizeInBytes)
                    throw Overlap(_pass.Outputs[o], _pass.Outputs[i]);
            }
        }
    }

    private ArgumentException Overlap(TensorInfo output, TensorInfo other) =>
        new($"{_network.Definition.Name}: '{output.Name}' overlaps '{other.Name}'.", output.Name);
}
