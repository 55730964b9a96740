namespace NetCompiler;

/// <summary>
/// What training makes small; at most one, after the last layer of a chain. In a network of graph form it stands, without an argument,
/// on the method that computes it: of what the first [Forward] method returns, of [Labels], and of inputs of its own, which have a
/// [Shape]. It returns one number for each sample: a loss, a sum of several, any expression. A network without a loss predicts; asking it
/// to train is an error.
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

    /// <summary>
    /// Cross-entropy: what share of the target goes to all classes alike, 0 to 1 (Szegedy et al., 2016). Default 0.
    /// </summary>
    public double LabelSmoothing { get; set; }

    /// <summary>
    /// Cross-entropy: what each class counts, one number of 0 or more for each, at most 256. The mean is over the samples, as in Keras, and
    /// not over their weights. Default: all count alike.
    /// </summary>
    public double[] ClassWeights { get; set; } = [];

    /// <summary>Huber: up to where a difference counts by its square, more than 0. Default 1.</summary>
    public double Delta { get; set; } = 1;

    /// <summary>Hinge: how far on its side a score has to be. Default 1.</summary>
    public double Margin { get; set; } = 1;
}
