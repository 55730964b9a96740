namespace NetCompiler;

/// <summary>
/// A layer that goes through a sequence (steps, features) step by step and remembers a state: <see cref="RnnAttribute"/>,
/// <see cref="LstmAttribute"/>, <see cref="GruAttribute"/>. Its result is the last state (units), or the states of all steps
/// (steps, units). Parameters have PyTorch's names, shapes and order of gates: weight_ih_l0 (gates · units, features), weight_hh_l0
/// (gates · units, units), bias_ih_l0 and bias_hh_l0 (gates · units), and those of the second direction with "_reverse" behind them.
/// All begin uniform in ±1/√units; the first state is zero.
/// </summary>
public abstract class RecurrentAttribute : LayerAttribute
{
    private protected RecurrentAttribute(int units) => Units = units;

    /// <summary>Elements of the state.</summary>
    public int Units { get; }

    /// <summary>
    /// True for the states of all steps, as a recurrent layer behind this one needs them (PyTorch's output, Keras' return_sequences);
    /// false, the default, for the last state.
    /// </summary>
    public bool ReturnSequences { get; set; }

    /// <summary>
    /// True for a second cell with weights of its own that goes through the sequence from its end. The results are put behind one
    /// another: (2 · units) or (steps, 2 · units). Default false.
    /// </summary>
    public bool Bidirectional { get; set; }
}
