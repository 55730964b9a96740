namespace NetCompiler;

/// <summary>
/// What training makes small; at most one, after the last layer of a chain. In a network of graph form it stands, without an argument,
/// on the method that computes it of the prediction and the [Labels]. A network without a loss predicts; asking it to train is an error.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public sealed class LossAttribute : DeclarationAttribute
{
    /// <summary>The loss of a chain.</summary>
    /// <param name="kind">The loss.</param>
    public LossAttribute(Loss kind) => Kind = kind;

    /// <summary>The method that it stands on computes the loss.</summary>
    public LossAttribute()
    {
    }

    /// <summary>The loss; null where a method says it.</summary>
    public Loss? Kind { get; }
}
