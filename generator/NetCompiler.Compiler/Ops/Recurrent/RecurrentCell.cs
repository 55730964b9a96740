using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops.Recurrent;

/// <summary>
/// What recurrent layers write a step of their cell with. The products of all gates are one product, whose result has the gates behind one
/// another: one pass over the weights.
/// </summary>
/// <param name="graph">The graph of a step.</param>
/// <param name="x">The element of the sequence.</param>
/// <param name="states">The states before the step.</param>
/// <param name="gates">How many gates there are.</param>
/// <param name="parameters">weight_ih, weight_hh, bias_ih and bias_hh, each of all gates.</param>
public sealed class RecurrentCell(Graph graph, Value x, ImmutableArray<Value> states, int gates, ImmutableArray<Value> parameters)
{
    /// <summary>The states before the step.</summary>
    public ImmutableArray<Value> States { get; } = states;

    /// <summary>W_ih · x + b_ih of each gate.</summary>
    public ImmutableArray<Value> Inputs() => Gates("input_gates", Input());

    /// <summary>W_hh · h + b_hh of each gate.</summary>
    public ImmutableArray<Value> Recalled() => Gates("state_gates", Apply(BiasAdd.Instance, "state", Product(), parameters[3]));

    /// <summary>
    /// W_ih · x + b_ih + W_hh · h + b_hh of each gate; all but the product with the state is the same wherever the state comes from.
    /// </summary>
    public ImmutableArray<Value> Sums() =>
        Gates("gates", Apply(Add.Instance, "sum", Product(), Apply(BiasAdd.Instance, "biased", Input(), parameters[3])));

    /// <summary>Adds an operator without arguments.</summary>
    public Value Apply(Operator @operator, string name, params ImmutableArray<Value> inputs) => graph.Add(@operator, name, inputs).Result;

    private Value Input() => Apply(BiasAdd.Instance, "input", Apply(Dense.Instance, "input_product", x, parameters[0]), parameters[2]);

    private Value Product() => Apply(Dense.Instance, "state_product", States[0], parameters[1]);

    private ImmutableArray<Value> Gates(string name, Value all) =>
        gates == 1 ? [all] : graph.Add(Parts.Instance, name, [all], Parts.Of(gates, axis: 1)).Results;
}
