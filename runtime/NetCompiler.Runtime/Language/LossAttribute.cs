namespace NetCompiler;

/// <summary>
/// What training makes small; at most one, after the last layer. A network without a loss predicts; asking it to train is an error.
/// </summary>
/// <param name="kind">The loss.</param>
public sealed class LossAttribute(Loss kind) : DeclarationAttribute
{
    /// <summary>The loss.</summary>
    public Loss Kind { get; } = kind;
}
