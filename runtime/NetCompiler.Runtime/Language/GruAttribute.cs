namespace NetCompiler;

/// <summary>
/// Gated recurrent unit, whose gates are reset, update and candidate, in this order; the reset gate is applied behind the product with
/// the state. PyTorch: GRU; Keras: GRU with reset_after, its default. Cho et al.: Learning phrase representations using RNN
/// encoder-decoder, EMNLP 2014.
/// </summary>
/// <param name="units">Elements of the state, 1 or more.</param>
public sealed class GruAttribute(int units) : RecurrentAttribute(units);
