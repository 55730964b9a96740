namespace NetCompiler.Training;

/// <summary>The state of a training run between two steps.</summary>
internal sealed class Checkpoint
{
    /// <summary>Which run.</summary>
    public required RunDescription Run { get; init; }

    /// <summary>Epochs that are complete.</summary>
    public required int Epoch { get; init; }

    /// <summary>Steps done in the epoch that has begun.</summary>
    public required int StepInEpoch { get; init; }

    /// <summary>The losses of that epoch so far.</summary>
    public required RunningMean Loss { get; init; }

    /// <summary>The right answers of that epoch so far.</summary>
    public required RunningMean Accuracy { get; init; }

    /// <summary>The gradients' norms of that epoch so far.</summary>
    public required RunningMean GradientNorm { get; init; }

    /// <summary>Seconds spent in that epoch so far.</summary>
    public required double Seconds { get; init; }

    /// <summary>The complete epochs.</summary>
    public required IReadOnlyList<EpochResult> History { get; init; }

    /// <summary>The network's parameters, canonical layout.</summary>
    public required float[] Parameters { get; init; }

    /// <summary>What the optimiser remembers: slot 0 of all parameters, slot 1 of all parameters, and so on.</summary>
    public required float[] Slots { get; init; }

    /// <summary>What callbacks keep, by their names.</summary>
    public IReadOnlyList<(string Name, byte[] State)> States { get; init; } = [];
}
