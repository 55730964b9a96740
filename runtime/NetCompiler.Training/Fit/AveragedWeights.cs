using System.Numerics;
using System.Runtime.InteropServices;

namespace NetCompiler.Training;

/// <summary>
/// The averages of <see cref="WeightAveraging"/>, and the exchange of weights for them. A callback only in that checkpoints keep its
/// state; the trainer tells it what to do.
/// </summary>
internal sealed class AveragedWeights : IFitCallback
{
    private readonly WeightAveraging _options;
    private readonly Network _network;
    private readonly float[] _averages;
    private readonly float[] _weights;
    private bool _hasAverages;

    public AveragedWeights(WeightAveraging options, Network network)
    {
        (_options, _network) = (options, network);
        _averages = new float[network.Parameters.Length];
        _weights = new float[network.Parameters.Length];
    }

    /// <summary>Whether the network holds the averages now.</summary>
    public bool IsShown { get; private set; }

    /// <summary>The weights that are trained, wherever they are.</summary>
    public ReadOnlySpan<float> Weights => IsShown ? _weights : _network.Parameters;

    string? IFitCallback.StateName => FormattableString.Invariant($"WeightAveraging {_options.Decay} {_options.Warmup}");

    ReadOnlySpan<byte> IFitCallback.State => _hasAverages ? MemoryMarshal.AsBytes(_averages.AsSpan()) : [];

    void IFitCallback.RestoreState(ReadOnlySpan<byte> state)
    {
        if (_hasAverages = state.Length == _averages.Length * sizeof(float))
            MemoryMarshal.Cast<byte, float>(state).CopyTo(_averages);
    }

    /// <summary>Forgets the averages: the weights are those of another run.</summary>
    public void Reset() => (_hasAverages, IsShown) = (false, false);

    /// <summary>Takes the weights after a step into account.</summary>
    /// <param name="step">The number of the step, counted from 1.</param>
    /// <param name="untrained">What is taken as it is.</param>
    public void Update(long step, (int Offset, int Count)[] untrained)
    {
        ReadOnlySpan<float> parameters = _network.Parameters;
        if (!_hasAverages)
        {
            parameters.CopyTo(_averages);
            _hasAverages = true;
            return;
        }
        // In this form, an average of what does not move stays exactly that.
        var part = 1f - _options.DecayOf(step);
        var averages = MemoryMarshal.Cast<float, Vector<float>>(_averages.AsSpan());
        var weights = MemoryMarshal.Cast<float, Vector<float>>(parameters);
        for (var i = 0; i < averages.Length; i++)
            averages[i] += new Vector<float>(part) * (weights[i] - averages[i]);
        for (var i = averages.Length * Vector<float>.Count; i < _averages.Length; i++)
            _averages[i] += part * (parameters[i] - _averages[i]);
        foreach (var (offset, count) in untrained)
            parameters.Slice(offset, count).CopyTo(_averages.AsSpan(offset));
    }

    /// <summary>Puts the averages into the network.</summary>
    public void Show()
    {
        if (IsShown || !_hasAverages)
            return;
        _network.Parameters.CopyTo(_weights);
        _averages.CopyTo(_network.Parameters);
        _network.ParametersChanged();
        IsShown = true;
    }

    /// <summary>Puts the weights back into the network.</summary>
    public void Hide()
    {
        if (!IsShown)
            return;
        _weights.CopyTo(_network.Parameters);
        _network.ParametersChanged();
        IsShown = false;
    }
}
