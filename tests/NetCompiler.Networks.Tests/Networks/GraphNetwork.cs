using static NetCompiler.Layers;

namespace NetCompiler.Networks.Tests.Networks;

/// <summary>A graph convolutional network of two layers (Kipf and Welling, 2017), over graphs of eight nodes and 28 edges.</summary>
[Network]
public sealed partial class GraphNetwork
{
    [Forward]
    private static Tensor Rate(
        [Shape(8, 5)] Tensor nodes, [Shape(9, Type = ElementType.Int32)] Tensor offsets, [Shape(28, Type = ElementType.Int32)] Tensor columns,
        [Shape(28)] Tensor values)
    {
        var hidden = Relu(GraphConv(nodes, offsets, columns, values, 16));
        return GraphConv(hidden, offsets, columns, values, 3);
    }

    [Loss]
    private static Tensor Cost(Tensor ratings, [Labels] Tensor target) => MeanSquaredError(ratings, target);
}
