namespace NetCompiler;

/// <summary>
/// Long short-term memory, whose gates are input, forget, cell and output, in this order. Keras and PyTorch: LSTM. Hochreiter,
/// Schmidhuber: Long short-term memory, Neural Computation 9, 1997; the forget gate is of Gers, Schmidhuber, Cummins, 2000.
/// </summary>
/// <param name="units">Elements of the state, 1 or more.</param>
public sealed class LstmAttribute(int units) : RecurrentAttribute(units);
