using NetCompiler.Runtime;

namespace NetCompiler.Training;

/// <summary>
/// Moves parameters on the device that computes the gradients: for optimisers and clipping whose rules the compiler has made kernels of.
/// </summary>
internal sealed class DeviceUpdater : ParameterUpdater
{
    private readonly TrainingSession _session;
    private readonly TrainedRange[] _trainable;
    private readonly DeviceUpdate _update;
    private readonly (IRuleOptimizer Optimizer, float RateFactor)[] _groups;
    private readonly IElementwiseClipping? _clipping;
    private readonly bool _accumulates;
    private readonly float[] _slots;

    private DeviceUpdater(
        TrainingSession session, TrainedRange[] trainable, DeviceUpdate update, (IRuleOptimizer Optimizer, float RateFactor)[] groups,
        IElementwiseClipping? clipping, int slots, bool accumulates)
    {
        (_session, _trainable, _update, _groups, _clipping, _accumulates) = (session, trainable, update, groups, clipping, accumulates);
        _slots = new float[checked(slots * session.Gradients.Values.Length)];
        _update.WriteSlots(_slots);
    }

    public override float[] Slots
    {
        get
        {
            _update.ReadSlots(_slots);
            return _slots;
        }
    }

    /// <summary>The updater, or null where something has to be done on the processor.</summary>
    public static ParameterUpdater? TryCreate(
        TrainingSession session, TrainedRange[] trainable, (int Offset, int Count)[] untrained, IOptimizer optimizer, FitOptions options,
        bool accumulates)
    {
        var clipping = options.GradientClipping as IElementwiseClipping;
        if (session.Device.IsCpu || optimizer is not IRuleOptimizer { Rule: var rule } || options.WeightAveraging is not null
            || clipping is null && options.GradientClipping is not null)
        {
            return null;
        }

        var groups = new List<(IRuleOptimizer, float)>();
        var ranges = new List<UpdateRange>();
        foreach (var (offset, count, own, factor) in trainable)
        {
            if (own is null)
                continue;
            if (own is not IRuleOptimizer other || other.Rule.Name != rule.Name)
                return null;
            if (!groups.Contains((other, factor)))
                groups.Add((other, factor));
            ranges.Add(new UpdateRange(offset, count, groups.IndexOf((other, factor))));
        }

        var update = session.CreateUpdate(
            rule.Name, rule.Slots, ranges, [.. untrained.Select(u => new UpdateRange(u.Offset, u.Count))], accumulates);
        return update is null
            ? null
            : new DeviceUpdater(session, trainable, update, [.. groups], clipping, rule.Slots, accumulates);
    }

    public override void Restore(ReadOnlySpan<float> slots) => _update.WriteSlots(slots);

    public override void Begin()
    {
        _session.TakeParameters();
        _update.Keep();
    }

    public override void Undo() => _update.Restore();

    public override double BatchNorm() => Norm(_update.SquaredNorm, isOfBatch: true);

    public override void ShowGradients()
    {
        _update.ReadGradients(_session.Gradients.Values);
        ClearFrozen(_trainable, _session.Gradients.Values);
    }

    public override void Accumulate(float weight, bool isFirst)
    {
        if (_accumulates)
            _update.Accumulate(weight, isFirst);
    }

    public override double StepNorm() =>
        _accumulates ? Norm(_update.WaitForSquaredNorm(), isOfBatch: false) : BatchNorm();

    public override void Move(double norm, float learningRate, long step)
    {
        if (step == 1 && _slots.Length > 0)
        {
            _slots.AsSpan().Fill(_groups.Length == 0 ? 0f : _groups[0].Optimizer.SlotStart);
            _update.WriteSlots(_slots);
        }

        (_update.GradientScale, _update.GradientLimit) = _clipping?.Of(norm) ?? (1f, float.PositiveInfinity);
        for (var group = 0; group < _groups.Length; group++)
            _groups[group].Optimizer.WriteScalars(_update.Scalars(group), learningRate * _groups[group].RateFactor, step);
        _update.Move();
    }

    public override void Dispose() => _update.Dispose();

    // A device adds up squares in single precision: gradients far beyond 1 may be finite where that is not.
    private double Norm(float square, bool isOfBatch)
    {
        if (float.IsFinite(square))
            return Math.Sqrt(square);
        if (isOfBatch)
        {
            ShowGradients();
            return EuclideanNorm.Of(_session.Gradients.Values);
        }

        var sum = new float[_session.Gradients.Values.Length];
        _update.ReadSum(sum);
        return EuclideanNorm.Of(sum);
    }
}
