using System.IO.Enumeration;

namespace NetCompiler.Training;

/// <summary>
/// Parameters that are trained in another way than the rest (PyTorch's parameter groups): with a learning rate or a weight decay of
/// their own, or not at all.
/// </summary>
/// <example>
/// <code>
/// ParameterGroups =
/// [
///     new ParameterGroup("conv1.*") { IsFrozen = true },
///     new ParameterGroup("head.*") { LearningRateFactor = 10f },
///     ParameterGroup.Vectors with { WeightDecay = 0f },
/// ]
/// </code>
/// </example>
public sealed record ParameterGroup
{
    private readonly Func<ParameterInfo, bool> _contains;
    private readonly string _description;
    private readonly float _learningRateFactor = 1f;
    private readonly float? _weightDecay;

    /// <summary>Groups parameters by their names.</summary>
    /// <param name="patterns">
    /// At least one, as <c>conv1.weight</c> or <c>*.bias</c>: <c>*</c> stands for any characters, <c>?</c> for one.
    /// </param>
    public ParameterGroup(params string[] patterns)
        : this(p => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, p.Name, ignoreCase: false)),
            $"'{string.Join("', '", patterns)}'") =>
        ArgumentOutOfRangeException.ThrowIfZero(patterns.Length, nameof(patterns));

    /// <summary>Groups parameters by any rule.</summary>
    /// <param name="contains">Whether a parameter is of the group.</param>
    /// <param name="description">What messages call the group.</param>
    public ParameterGroup(Func<ParameterInfo, bool> contains, string description) => (_contains, _description) = (contains, description);

    /// <summary>Biases and the scales and shifts of norms: parameters of one axis at most, which usually have no weight decay.</summary>
    public static ParameterGroup Vectors { get; } = new(p => p.Shape.Count <= 1, "parameters of one axis");

    /// <summary>What the learning rate, scheduled, is multiplied by: 0 or more.</summary>
    public float LearningRateFactor
    {
        get => _learningRateFactor;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(LearningRateFactor));
            _learningRateFactor = value;
        }
    }

    /// <summary>The weight decay, 0 (none) or more; null for the optimiser's.</summary>
    public float? WeightDecay
    {
        get => _weightDecay;
        init
        {
            if (value is { } decay)
                ArgumentOutOfRangeException.ThrowIfNegative(decay, nameof(WeightDecay));
            _weightDecay = value;
        }
    }

    /// <summary>
    /// Whether the parameters stay as they are. Their gradients then count as 0, in the gradients' norm as well. Running statistics of
    /// norms are no parameters in this sense: they go on following the batches.
    /// </summary>
    public bool IsFrozen { get; init; }

    /// <summary>Whether a parameter is of the group.</summary>
    /// <param name="parameter">The parameter.</param>
    public bool Contains(ParameterInfo parameter) => _contains(parameter);

    /// <inheritdoc/>
    public override string ToString() => _description;
}
