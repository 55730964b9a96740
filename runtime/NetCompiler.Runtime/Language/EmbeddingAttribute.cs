namespace NetCompiler;

/// <summary>
/// A trained vector for each member of a vocabulary: integers (T) make (T, width). Weights (vocabulary, width). PyTorch and Keras:
/// Embedding. An integer below 0, or not below the vocabulary's size, is an exception where the network is called.
/// </summary>
/// <param name="vocabulary">How many members there are, 1 or more.</param>
/// <param name="width">The elements of a vector, 1 or more.</param>
public sealed class EmbeddingAttribute(int vocabulary, int width) : LayerAttribute
{
    /// <summary>How many members there are.</summary>
    public int Vocabulary { get; } = vocabulary;

    /// <summary>The elements of a vector.</summary>
    public int Width { get; } = width;

    /// <summary>The member that pads, whose vector is not trained (PyTorch: padding_idx); −1, the default, for none.</summary>
    public int PaddingIndex { get; set; } = -1;
}
