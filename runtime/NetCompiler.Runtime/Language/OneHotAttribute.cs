namespace NetCompiler;

/// <summary>
/// For each element, which is a whole number, as many elements as there are classes: 1 at that class, 0 elsewhere, and 0 everywhere where it
/// is no class. The classes are one more extent behind the others. It has no gradient. Keras: ops.one_hot; PyTorch: functional.one_hot.
/// </summary>
/// <param name="classes">Classes, 1 or more.</param>
public sealed class OneHotAttribute(int classes) : LayerAttribute
{
    /// <summary>Classes.</summary>
    public int Classes { get; } = classes;
}
