using System.Globalization;
using static System.FormattableString;

namespace NetCompiler.Training;

/// <summary>
/// Finds where NaN or infinity began: in the data; else in the first layer, in the order in which they run, that has such a parameter
/// or gives such an output; else behind the last layer, and among gradients in the layer that backward comes to first.
/// </summary>
/// <remarks>Forward is run again layer by layer, unfused, as in prediction: nothing of this costs anything until it is needed.</remarks>
internal sealed class NonFiniteSearch(Network network)
{
    private readonly IReadOnlyList<LayerInfo> _layers = network.Definition.Layers;

    /// <summary>A layer's number and what of it is not finite.</summary>
    private sealed record Finding(int Layer, string Origin);

    /// <summary>The first layer with a parameter that is not finite, null where there is none.</summary>
    public (string Layer, string Origin)? Parameter() =>
        FirstParameter() is { } found ? (_layers[found.Layer].Name, found.Origin) : null;

    /// <summary>Where a step's loss or gradients went wrong.</summary>
    /// <param name="session">The session, after the step.</param>
    /// <param name="batch">The step's batch.</param>
    /// <param name="samples">The batch's samples, as indices into the training set.</param>
    /// <param name="restore">Takes back what the step did to parameters that are not trained.</param>
    public (string? Layer, string Origin) Step(TrainingSession session, BatchBuffer batch, ReadOnlySpan<int> samples, Action restore)
    {
        // Running statistics tell of sums over the batch, which the layers in prediction do without.
        var statistic = FirstParameter();
        restore();
        if (InData(batch, samples) is { } data)
            return (null, data);
        var output = FirstOutput(session.Losses, batch, samples);
        if (Earlier(Earlier(FirstParameter(), output), statistic) is { } first)
            return (_layers[first.Layer].Name, first.Origin);
        return Loss(session.Losses, samples) is { } loss ? (null, loss) : Gradient(session.Gradients);
    }

    private static Finding? Earlier(Finding? one, Finding? other) =>
        one is null || other is not null && other.Layer < one.Layer ? other : one;

    private static string? InData(BatchBuffer batch, ReadOnlySpan<int> samples)
    {
        var held = batch.Samples;
        for (var i = 0; i < held.Inputs.Count + held.Targets.Count; i++)
        {
            var isTarget = i >= held.Inputs.Count;
            var tensor = isTarget ? held.Targets[i - held.Inputs.Count] : held.Inputs[i];
            if (tensor.Type != ElementType.Float32)
                continue;
            var at = FirstNonFinite(isTarget ? held.Target<float>(i - held.Inputs.Count) : held.Input<float>(i));
            if (at >= 0)
            {
                var what = isTarget ? "target" : "input";
                return Invariant($"training sample {samples[at / tensor.Length]}, whose {what} holds what is not finite");
            }
        }
        return null;
    }

    private Finding? FirstParameter()
    {
        for (var layer = 0; layer < _layers.Count; layer++)
        {
            for (var i = 0; i < network.Definition.Parameters.Count; i++)
            {
                var values = network.Parameter(i).Values;
                if (BelongsTo(network.Definition.Parameters[i], _layers[layer]) && FirstNonFinite(values) is >= 0 and var at)
                    return new Finding(layer, $"{Describe(layer)}: its {network.Definition.Parameters[i].Name} holds {Text(values[at])}");
            }
        }
        return null;
    }

    private Finding? FirstOutput(ReadOnlySpan<float> losses, BatchBuffer batch, ReadOnlySpan<int> samples)
    {
        using var probe = new LayerProbe(network);
        Finding? first = null;
        // One sample at a time: all layers of a whole batch may be more than there is memory for.
        var anyIsLost = FirstNonFinite(losses) >= 0;
        for (var i = 0; i < samples.Length && first is not { Layer: 0 }; i++)
        {
            if (anyIsLost && float.IsFinite(losses[i]))
                continue;
            batch.Fill(samples.Slice(i, 1));
            probe.Predict(batch);
            for (var layer = 0; layer < (first?.Layer ?? _layers.Count); layer++)
            {
                var values = probe.Value(_layers[layer]);
                if (FirstNonFinite(values) is not (>= 0 and var at))
                    continue;
                var origin = Invariant($"{Describe(layer)}: its output for training sample {samples[i]} holds {Text(values[at])}");
                first = new Finding(layer, origin);
            }
        }
        return first;
    }

    private static string? Loss(ReadOnlySpan<float> losses, ReadOnlySpan<int> samples)
    {
        var at = FirstNonFinite(losses);
        return at < 0
            ? null
            : Invariant($"the loss of training sample {samples[at]}, {Text(losses[at])}: every layer is finite in prediction");
    }

    // Backward comes from the loss, so the last layer is the first.
    private (string? Layer, string Origin) Gradient(Gradients gradients)
    {
        for (var layer = _layers.Count - 1; layer >= 0; layer--)
        {
            for (var i = 0; i < network.Definition.Parameters.Count; i++)
            {
                var values = gradients[i].Values;
                if (BelongsTo(network.Definition.Parameters[i], _layers[layer]) && FirstNonFinite(values) is >= 0 and var at)
                {
                    var name = network.Definition.Parameters[i].Name;
                    return (_layers[layer].Name, $"{Describe(layer)}: the gradient of {name} holds {Text(values[at])}");
                }
            }
        }
        return (null, "gradients that belong to no layer");
    }

    private string Describe(int layer) => $"layer '{_layers[layer].Name}' ({_layers[layer].Kind})";

    private static bool BelongsTo(ParameterInfo parameter, LayerInfo layer) =>
        parameter.Name.Length > layer.Name.Length && parameter.Name[layer.Name.Length] == '.'
        && parameter.Name.StartsWith(layer.Name, StringComparison.Ordinal);

    private static int FirstNonFinite(ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                return i;
        }
        return -1;
    }

    private static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);
}
