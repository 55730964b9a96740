namespace NetCompiler;

/// <summary>What is known of a layer at build time.</summary>
/// <param name="Name">Its name, such as <c>conv1</c>.</param>
/// <param name="Kind">What it is, such as <c>Conv</c>.</param>
/// <param name="OutputShape">The extents of its output for one sample.</param>
/// <param name="Parameters">Number of parameters, running statistics included.</param>
/// <param name="Connections">
/// Pairs of an input (or the constant 1 of a bias) and an output with a parameter between them, as LeCun counted them for LeNet-5.
/// </param>
/// <param name="MultiplyAdds">Multiply-adds for one sample, by the direct algorithm.</param>
/// <param name="ReceptiveField">Extent, in pixels of the network's input, of what one output value sees.</param>
/// <param name="ActivationBytes">Size of its output for one sample, in bytes.</param>
public sealed record LayerInfo(
    string Name,
    string Kind,
    IReadOnlyList<int> OutputShape,
    long Parameters,
    long Connections,
    long MultiplyAdds,
    int ReceptiveField,
    long ActivationBytes);
