using System.Numerics;
using System.Runtime.InteropServices;

namespace NetCompiler.Training;

/// <summary>Moves parameters on the processor.</summary>
internal sealed class HostUpdater : ParameterUpdater
{
    private readonly TrainingSession _session;
    private readonly TrainedRange[] _trainable;
    private readonly (int Offset, int Count)[] _untrained;
    private readonly IGradientClipping? _clipping;
    private readonly float[] _untrainedBefore;
    private readonly float[] _accumulated;

    public HostUpdater(
        TrainingSession session, TrainedRange[] trainable, (int Offset, int Count)[] untrained, IOptimizer optimizer, FitOptions options,
        bool accumulates)
    {
        (_session, _trainable, _untrained, _clipping) = (session, trainable, untrained, options.GradientClipping);
        var length = session.Gradients.Values.Length;
        _untrainedBefore = new float[untrained.Sum(u => u.Count)];
        _accumulated = accumulates ? new float[length] : [];
        Slots = new float[checked(optimizer.SlotCount * length)];
    }

    public override float[] Slots { get; }

    public override void Restore(ReadOnlySpan<float> slots) => slots.CopyTo(Slots);

    public override void Begin()
    {
        var at = 0;
        foreach (var (offset, count) in _untrained)
        {
            _session.Network.Parameters.Slice(offset, count).CopyTo(_untrainedBefore.AsSpan(at));
            at += count;
        }
    }

    public override void Undo()
    {
        var at = 0;
        foreach (var (offset, count) in _untrained)
        {
            _untrainedBefore.AsSpan(at, count).CopyTo(_session.Network.Parameters[offset..]);
            at += count;
        }
        _session.Network.ParametersChanged();
    }

    public override double BatchNorm()
    {
        ClearFrozen(_trainable, _session.Gradients.Values);
        return EuclideanNorm.Of(_session.Gradients.Values);
    }

    public override void ShowGradients()
    {
        // There they are.
    }

    public override void Accumulate(float weight, bool isFirst)
    {
        if (_accumulated.Length == 0)
            return;
        if (isFirst)
            _accumulated.AsSpan().Clear();
        ReadOnlySpan<float> gradients = _session.Gradients.Values;
        var sums = MemoryMarshal.Cast<float, Vector<float>>(_accumulated.AsSpan());
        var values = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        for (var i = 0; i < sums.Length; i++)
            sums[i] += new Vector<float>(weight) * values[i];
        for (var i = sums.Length * Vector<float>.Count; i < _accumulated.Length; i++)
            _accumulated[i] += weight * gradients[i];
    }

    public override double StepNorm() => EuclideanNorm.Of(StepGradients);

    public override void Move(double norm, float learningRate, long step)
    {
        var gradients = StepGradients;
        _clipping?.Clip(gradients, norm);
        var parameters = _session.Network.Parameters;
        var slots = new OptimizerSlots(Slots, parameters.Length);
        foreach (var (offset, count, optimizer, factor) in _trainable)
        {
            optimizer?.Update(
                parameters.Slice(offset, count), gradients.Slice(offset, count), slots.Slice(offset, count), learningRate * factor, step);
        }
        _session.Network.ParametersChanged();
    }

    public override void Dispose()
    {
        // It holds managed memory only.
    }

    private Span<float> StepGradients => _accumulated.Length == 0 ? _session.Gradients.Values : _accumulated;
}
