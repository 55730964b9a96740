using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops.Recurrent;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber, 1997; with a forget gate, Gers et al., 2000). PyTorch: LSTM. The sum of each gate is
/// a = W_ih · x + b_ih + W_hh · h + b_hh;
/// <code>
/// i = σ(a_i)   f = σ(a_f)   g = tanh(a_g)   o = σ(a_o)
/// c' = f · c + i · g        h' = o · tanh(c')
/// </code>
/// </summary>
public sealed class LstmLayer : RecurrentLayer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Lstm", Parameters) with { OptionalInput = Lengths };

    /// <inheritdoc/>
    protected override ImmutableArray<string> Gates => ["input_gate", "forget_gate", "candidate", "output_gate"];

    /// <inheritdoc/>
    protected override ImmutableArray<string> States => ["h", "c"];

    /// <inheritdoc/>
    protected override ImmutableArray<Value> Step(RecurrentCell cell, LayerBuilder builder)
    {
        var sums = cell.Sums();
        var input = cell.Apply(Sigmoid.Instance, Gates[0], sums[0]);
        var forget = cell.Apply(Sigmoid.Instance, Gates[1], sums[1]);
        var candidate = cell.Apply(Tanh.Instance, Gates[2], sums[2]);
        var output = cell.Apply(Sigmoid.Instance, Gates[3], sums[3]);
        var remembered = cell.Apply(Multiply.Instance, "remembered", forget, cell.States[1]);
        var added = cell.Apply(Multiply.Instance, "added", input, candidate);
        var memory = cell.Apply(Add.Instance, "next_c", remembered, added);
        var squashed = cell.Apply(Tanh.Instance, "squashed", memory);
        return [cell.Apply(Multiply.Instance, "next_h", output, squashed), memory];
    }
}
