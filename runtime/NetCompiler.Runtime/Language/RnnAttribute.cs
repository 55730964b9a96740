namespace NetCompiler;

/// <summary>
/// Simple recurrent layer: h' = tanh(W_ih · x + b_ih + W_hh · h + b_hh). Keras: SimpleRNN; PyTorch: RNN. Elman: Finding structure in
/// time, Cognitive Science 14, 1990.
/// </summary>
/// <param name="units">Elements of the state, 1 or more.</param>
public sealed class RnnAttribute(int units) : RecurrentAttribute(units)
{
    /// <summary>"Tanh", the default, or "Relu".</summary>
    public string Activation { get; set; } = "Tanh";
}
