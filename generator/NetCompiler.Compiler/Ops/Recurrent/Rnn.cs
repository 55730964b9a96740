using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops.Recurrent;

/// <summary>The recurrent network of Elman (1990): h' = tanh(W_ih · x + b_ih + W_hh · h + b_hh), or with ReLU. PyTorch: RNN.</summary>
public sealed class RnnLayer : RecurrentLayer
{
    private const string TanhName = "Tanh";
    private const string ReluName = "Relu";

    /// <inheritdoc/>
    public override Signature Signature { get; } =
        Signature.Of("Rnn", [.. Parameters, new("Activation", ArgumentKind.Text, TanhName)]) with { OptionalInput = Lengths };

    /// <inheritdoc/>
    protected override ImmutableArray<string> Gates => ["hidden"];

    /// <inheritdoc/>
    protected override ImmutableArray<string> States => ["h"];

    /// <inheritdoc/>
    protected override ImmutableArray<Value> Step(RecurrentCell cell, LayerBuilder builder)
    {
        Operator activation = builder.Text("Activation") switch
        {
            TanhName => Tanh.Instance,
            ReluName => Relu.Instance,
            var other => throw builder.Error(Rules.InvalidArgument, "Activation", builder.Label, "Activation",
                $"an activation is {TanhName} or {ReluName}, not {other}"),
        };
        return [cell.Apply(activation, "next", cell.Sums()[0])];
    }
}
