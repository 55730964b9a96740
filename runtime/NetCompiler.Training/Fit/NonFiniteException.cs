using System.Globalization;

namespace NetCompiler.Training;

/// <summary>
/// Training came upon NaN or infinity and stopped. Where a step brought it, the parameters and the optimiser's state are those from
/// before that step; no checkpoint was written since. A lower learning rate, gradient clipping or a look at the data usually helps.
/// </summary>
public sealed class NonFiniteException : ArithmeticException
{
    internal NonFiniteException(string network, int epoch, int step, string what, string? layer, string origin)
        : base(string.Create(CultureInfo.InvariantCulture, $"{network}: epoch {epoch}, step {step}: {what}. It began with {origin}."))
    {
        Epoch = epoch;
        Step = step;
        Layer = layer;
        Origin = origin;
    }

    /// <summary>The epoch, counted from 1.</summary>
    public int Epoch { get; }

    /// <summary>The step of the epoch, counted from 1.</summary>
    public int Step { get; }

    /// <summary>
    /// The layer where it first appeared, such as <c>conv1</c>; null where it came with the data or with the loss itself.
    /// </summary>
    public string? Layer { get; }

    /// <summary>What was the first to be NaN or infinite, in words.</summary>
    public string Origin { get; }
}
