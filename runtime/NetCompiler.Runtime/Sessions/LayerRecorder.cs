using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>Computes each layer's output with a network's inspect pass, on the processor, and keeps those that are watched.</summary>
internal sealed unsafe class LayerRecorder : IDisposable
{
    // Layers that nobody watches are written to memory for so many samples, again and again.
    private const int LargestGroup = 64;

    private readonly Network _network;
    private readonly SharedPass _pass;
    private readonly PassExecutor _executor;
    private readonly int[] _outputs;
    private readonly int[] _lengths;
    private readonly bool[] _watched;
    private readonly FloatArena?[] _values;
    private readonly FloatArena[] _scratch;
    private readonly int _group;
    private int _samples = -1;

    public LayerRecorder(Network network, int maxBatch, WorkerPool workers)
    {
        _network = network;
        _pass = network.HoldInspectPass();
        try
        {
            var info = _pass.Pass.Info;
            _executor = new PassExecutor(_pass.Pass, maxBatch, workers);
            _outputs = Outputs(network, info);
            _lengths = new int[info.Outputs.Count];
            _watched = new bool[_lengths.Length];
            _values = new FloatArena?[_lengths.Length];
            _scratch = new FloatArena[_lengths.Length];
            var group = Math.Min(_executor.GroupSize, Math.Max(LargestGroup, info.ChunkSize));
            _group = Math.Max(group / info.ChunkSize, 1) * info.ChunkSize;
            for (var i = 0; i < _lengths.Length; i++)
            {
                _lengths[i] = info.Outputs[i].Length;
                _scratch[i] = new FloatArena(checked(_lengths[i] * _group));
            }
        }
        catch
        {
            _pass.LetGo();
            throw;
        }
    }

    public bool IsWatched(int layer) => _outputs[layer] >= 0 && _watched[_outputs[layer]];

    public void Watch(int layer)
    {
        var output = _outputs[layer];
        if (output < 0)
        {
            throw new InvalidOperationException(
                $"Layer '{_network.Definition.Layers[layer].Name}' of {_network.Definition.Name} takes no part in what Predict computes.");
        }

        if (_watched[output])
            return;
        _watched[output] = true;
        // What was recorded lacks this layer.
        _samples = -1;
    }

    public void Record(byte** inputs, int count, uint seed)
    {
        MakeRoom(count);
        _pass.Refresh(_network, _executor, evenIfUnchanged: false);
        var outputs = stackalloc byte*[_lengths.Length];
        for (var first = 0; first < count; first += _group)
        {
            // What nobody watches is written to the same memory again and again. A group keeps its place in the batch, on which random
            // numbers depend.
            for (var i = 0; i < _lengths.Length; i++)
                outputs[i] = (byte*)(_watched[i] ? _values[i]!.Pointer : _scratch[i].Pointer - (nint)first * _lengths[i]);
            var end = Math.Min(first + _group, count);
            _executor.Run(inputs, outputs, end, _network.ParameterPointer, null, _pass.Derived, seed, first);
        }

        _samples = count;
    }

    public ReadOnlySpan<float> Value(int layer)
    {
        if (_samples < 0)
            throw new InvalidOperationException($"Layer '{_network.Definition.Layers[layer].Name}' has no value yet: call Predict first.");
        var output = _outputs[layer];
        return _values[output]!.Span[..(_samples * _lengths[output])];
    }

    public void Dispose()
    {
        _executor.Dispose();
        _pass.LetGo();
    }

    // The result of the pass that each layer is; -1 for those that it does not compute.
    private static int[] Outputs(Network network, PassInfo info)
    {
        var outputs = new int[network.Definition.Layers.Count];
        Array.Fill(outputs, -1);
        for (int layer = 0, output = 0; layer < outputs.Length && output < info.Outputs.Count; layer++)
        {
            if (network.Definition.Layers[layer].Name == info.Outputs[output].Name)
                outputs[layer] = output++;
        }

        return outputs;
    }

    private void MakeRoom(int count)
    {
        for (var i = 0; i < _lengths.Length; i++)
        {
            var length = checked(count * _lengths[i]);
            if (_watched[i] && (_values[i] is not { } values || values.Length < length))
                _values[i] = new FloatArena(length);
        }
    }
}
