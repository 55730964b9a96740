using static NetCompiler.Layers;

namespace NetCompiler.Language.Tests.Networks;

/// <summary>Graph convolutions of all aggregations over graphs of up to seven nodes and twenty edges, and over one of just four and nine.</summary>
[Network]
public sealed partial class Molecule
{
    [Block(Shared = true)]
    private static Tensor Message(Tensor nodes, Tensor offsets, Tensor columns, Tensor values)
    {
        var x = Tanh(GraphConv(nodes, offsets, columns, values, 5));
        x = Tanh(GraphConv(x, offsets, columns, values, 4, aggregation: "Mean"));
        return GraphConv(x, offsets, columns, values, 3, aggregation: "Max");
    }

    [Forward]
    private static Tensor Run(
        [Shape(7, 2)] Tensor nodes, [Shape(8, Type = ElementType.Int32)] Tensor offsets, [Shape(20, Type = ElementType.Int32)] Tensor columns,
        [Shape(20)] Tensor values) => Message(nodes, offsets, columns, values);

    [Forward]
    private static Tensor RunSmall(
        [Shape(4, 2)] Tensor nodes, [Shape(5, Type = ElementType.Int32)] Tensor offsets, [Shape(10, Type = ElementType.Int32)] Tensor columns,
        [Shape(10)] Tensor values) => Message(nodes, offsets, columns, values);

    [Loss]
    private static Tensor Cost(Tensor nodes, [Labels] Tensor target) => MeanSquaredError(nodes, target);
}
