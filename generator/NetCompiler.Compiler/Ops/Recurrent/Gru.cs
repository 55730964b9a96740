using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops.Recurrent;

/// <summary>
/// Gated recurrent unit (Cho et al., 2014), with the reset gate behind the product with the state, as in PyTorch's GRU and Keras'
/// reset_after:
/// <code>
/// r = σ(W_ir · x + b_ir + W_hr · h + b_hr)        z = σ(W_iz · x + b_iz + W_hz · h + b_hz)
/// n = tanh(W_in · x + b_in + r · (W_hn · h + b_hn))
/// h' = (1 − z) · n + z · h
/// </code>
/// </summary>
public sealed class GruLayer : RecurrentLayer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Gru", Parameters) with { OptionalInput = Lengths };

    /// <inheritdoc/>
    protected override ImmutableArray<string> Gates => ["reset_gate", "update_gate", "candidate"];

    /// <inheritdoc/>
    protected override ImmutableArray<string> States => ["h"];

    /// <inheritdoc/>
    protected override ImmutableArray<Value> Step(RecurrentCell cell, LayerBuilder builder)
    {
        var (inputs, states) = (cell.Inputs(), cell.Recalled());
        var reset = cell.Apply(Sigmoid.Instance, Gates[0], cell.Apply(Add.Instance, "reset_gate.sum", states[0], inputs[0]));
        var update = cell.Apply(Sigmoid.Instance, Gates[1], cell.Apply(Add.Instance, "update_gate.sum", states[1], inputs[1]));
        var recalled = cell.Apply(Multiply.Instance, "recalled", reset, states[2]);
        var candidate = cell.Apply(Tanh.Instance, Gates[2], cell.Apply(Add.Instance, "candidate.sum", recalled, inputs[2]));
        // n + z · (h − n), which is the same and keeps one value less for the gradient.
        var change = cell.Apply(Subtract.Instance, "change", cell.States[0], candidate);
        return [cell.Apply(Add.Instance, "next_h", cell.Apply(Multiply.Instance, "kept", update, change), candidate)];
    }
}
