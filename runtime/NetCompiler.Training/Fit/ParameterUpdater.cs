namespace NetCompiler.Training;

/// <summary>
/// What a trainer does with gradients: adds up those of several batches, tells their norm, clips them, moves parameters by them, and keeps
/// what the optimiser remembers. On the processor, or on the device that computes the gradients.
/// </summary>
internal abstract class ParameterUpdater : IDisposable
{
    /// <summary>That for a session: on its device where all can be done there, else on the processor.</summary>
    /// <param name="session">The session.</param>
    /// <param name="trainable">The parameters with gradients.</param>
    /// <param name="untrained">The parameters that passes change themselves.</param>
    /// <param name="optimizer">The rule by which parameters move.</param>
    /// <param name="options">How the network is trained.</param>
    /// <param name="accumulates">Whether several batches make a step.</param>
    public static ParameterUpdater Create(
        TrainingSession session, TrainedRange[] trainable, (int Offset, int Count)[] untrained, IOptimizer optimizer, FitOptions options,
        bool accumulates) =>
        DeviceUpdater.TryCreate(session, trainable, untrained, optimizer, options, accumulates)
            ?? new HostUpdater(session, trainable, untrained, optimizer, options, accumulates);

    /// <summary>What the optimiser remembers: slot 0 of all parameters, slot 1 of all parameters, and so on.</summary>
    public abstract float[] Slots { get; }

    /// <summary>Goes on with what the optimiser remembered in another run.</summary>
    public abstract void Restore(ReadOnlySpan<float> slots);

    /// <summary>Begins a step: what that does to running statistics, it does before anybody has seen its loss.</summary>
    public abstract void Begin();

    /// <summary>Takes back what the step did to running statistics.</summary>
    public abstract void Undo();

    /// <summary>The norm of the last batch's gradients. Finite just when every one of them is.</summary>
    public abstract double BatchNorm();

    /// <summary>Makes sure that the session has the last batch's gradients.</summary>
    public abstract void ShowGradients();

    /// <summary>Adds the last batch's gradients to those of the step, where several batches make one.</summary>
    /// <param name="weight">The batch's part of the step.</param>
    /// <param name="isFirst">Whether it is the step's first.</param>
    public abstract void Accumulate(float weight, bool isFirst);

    /// <summary>The norm of the step's gradients.</summary>
    public abstract double StepNorm();

    /// <summary>Clips the gradients and moves the parameters.</summary>
    /// <param name="norm">The norm of the step's gradients.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="step">The number of the step, counted from 1.</param>
    public abstract void Move(double norm, float learningRate, long step);

    /// <summary>Frees what it holds.</summary>
    public abstract void Dispose();

    /// <summary>Gradients of frozen parameters count as 0.</summary>
    protected static void ClearFrozen(TrainedRange[] trainable, Span<float> gradients)
    {
        foreach (var range in trainable)
        {
            if (range.Optimizer is null)
                gradients.Slice(range.Offset, range.Count).Clear();
        }
    }
}
