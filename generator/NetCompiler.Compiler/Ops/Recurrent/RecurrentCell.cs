using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops.Recurrent;

/// <summary>What recurrent layers write a step of their cell with.</summary>
/// <param name="graph">The graph of a step.</param>
/// <param name="x">The element of the sequence.</param>
/// <param name="states">The states before the step.</param>
/// <param name="gates">The gates.</param>
/// <param name="parameters">For each gate weight_ih, then for each weight_hh, bias_ih and bias_hh.</param>
public sealed class RecurrentCell(
    Graph graph, Value x, ImmutableArray<Value> states, ImmutableArray<string> gates, ImmutableArray<Value> parameters)
{
    /// <summary>The states before the step.</summary>
    public ImmutableArray<Value> States { get; } = states;

    /// <summary>W_ih · x + b_ih of a gate.</summary>
    public Value Input(int gate)
    {
        var product = Apply(Dense.Instance, $"{gates[gate]}.input_product", x, parameters[gate]);
        return Apply(BiasAdd.Instance, $"{gates[gate]}.input", product, parameters[2 * gates.Length + gate]);
    }

    /// <summary>W_hh · h + b_hh of a gate.</summary>
    public Value State(int gate)
    {
        var product = Apply(Dense.Instance, $"{gates[gate]}.state_product", States[0], parameters[gates.Length + gate]);
        return Apply(BiasAdd.Instance, $"{gates[gate]}.state", product, parameters[3 * gates.Length + gate]);
    }

    /// <summary>W_ih · x + b_ih + W_hh · h + b_hh of a gate; all but the product with the state is the same wherever the state comes from.</summary>
    public Value Sum(int gate)
    {
        var input = Apply(BiasAdd.Instance, $"{gates[gate]}.biased", Input(gate), parameters[3 * gates.Length + gate]);
        var product = Apply(Dense.Instance, $"{gates[gate]}.state_product", States[0], parameters[gates.Length + gate]);
        return Apply(Add.Instance, $"{gates[gate]}.sum", product, input);
    }

    /// <summary>Adds an operator without arguments.</summary>
    public Value Apply(Operator @operator, string name, params ImmutableArray<Value> inputs) => graph.Add(@operator, name, inputs).Result;
}
