namespace NetCompiler;

/// <summary>
/// A method of a network that computes a number for each sample, whose gradient is wanted: with respect to what the method reads, or to
/// the values that are named. Activation maximisation, Deep Dream, style transfer and class activation maps are such. It is a static
/// method from tensors with a [Shape] to a <see cref="Tensor"/>, or to a tuple whose first element is the number. The network and its
/// sessions get a method of the same name, which gives what the method returns and the gradients behind that. Dropout does nothing in it,
/// and batch normalisation uses its running statistics.
/// </summary>
/// <example>
/// <code>
/// [Objective]
/// static Tensor Confidence([Shape(3, 32, 32)] Tensor image) => Slice(LogSoftmax(Classify(image)), 3, 1);
///
/// var (value, imageGradient) = network.Confidence(image);
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ObjectiveAttribute : Attribute
{
    /// <summary>The gradient is taken with respect to all that the method reads.</summary>
    public ObjectiveAttribute()
    {
    }

    /// <summary>The gradient is taken with respect to some values.</summary>
    /// <param name="variables">Parameters of the method, or layers that it computes by their names, as <c>conv2</c>.</param>
    public ObjectiveAttribute(params string[] variables) => Variables = variables;

    /// <summary>What the gradient is taken with respect to; empty for all parameters of the method.</summary>
    public string[] Variables { get; } = [];
}
