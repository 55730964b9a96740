using NetCompiler.Runtime;

namespace NetCompiler.Training;

/// <summary>Predicts single samples and keeps the output of every layer.</summary>
internal sealed unsafe class LayerProbe : IDisposable
{
    private readonly Session _session;
    private readonly FloatArena[] _outputs;
    private readonly int _inputs;

    public LayerProbe(Network network)
    {
        _session = network.CreateSession();
        foreach (var layer in network.Definition.Layers)
            _session.Watch(layer.Name);
        _outputs = [.. network.Definition.Outputs.Select(o => new FloatArena(o.Length))];
        _inputs = network.Definition.Inputs.Count;
    }

    /// <summary>Predicts a batch of one sample.</summary>
    /// <returns>The first output.</returns>
    public ReadOnlySpan<float> Predict(BatchBuffer batch)
    {
        Span<TensorBuffer> outputs = stackalloc TensorBuffer[_outputs.Length];
        for (var i = 0; i < outputs.Length; i++)
            outputs[i] = new TensorBuffer(_outputs[i].Pointer, _outputs[i].Length, _session.Network.Definition.Outputs[i].Type);
        _session.Predict(batch.Buffers[.._inputs], outputs);
        return _outputs[0].Span;
    }

    /// <summary>What a layer made of it; empty for a layer that takes no part in the prediction.</summary>
    public ReadOnlySpan<float> Value(LayerInfo layer) => _session.Value(layer.Name);

    public void Dispose() => _session.Dispose();
}
