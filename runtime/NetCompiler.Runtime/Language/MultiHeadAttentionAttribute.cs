namespace NetCompiler;

/// <summary>
/// Multi-head self-attention over a sequence (T, E): each step looks at all steps, and takes of each what it has in common with it.
/// Parameters and their names are those of PyTorch's MultiheadAttention: in_proj_weight (3E, E), in_proj_bias (3E), out_proj.weight (E, E)
/// and out_proj.bias (E). The output is (T, E).
/// </summary>
/// <param name="heads">How many heads look each at their part of the features; it divides E.</param>
public sealed class MultiHeadAttentionAttribute(int heads) : LayerAttribute
{
    /// <summary>How many heads look each at their part of the features.</summary>
    public int Heads { get; } = heads;

    /// <summary>True where a step looks at itself and earlier steps only. Default false.</summary>
    public bool Causal { get; set; }

    /// <summary>True, the default, for biases of both projections.</summary>
    public bool Bias { get; set; } = true;
}
