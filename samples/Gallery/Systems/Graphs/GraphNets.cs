using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Graphs;

/// <summary>
/// A graph convolutional network on a graph of citations (Kipf and Welling: Semi-supervised classification with graph convolutional
/// networks, 2017): each paper mixes the words of those that it cites and that cite it. The sample is the whole graph.
/// </summary>
[Network]
public sealed partial class CoraGcn
{
    [Forward]
    private static Tensor Classify(
        [Shape(2708, 1433)] Tensor words,
        [Shape(2709, Type = ElementType.Int32)] Tensor offsets,
        [Shape(13264, Type = ElementType.Int32)] Tensor columns,
        [Shape(13264)] Tensor weights)
    {
        var hidden = Relu(GraphConv(Dropout(words, 0.5), offsets, columns, weights, 16));
        return GraphConv(Dropout(hidden, 0.5), offsets, columns, weights, 7);
    }

    /// <summary>Cross-entropy of the papers that have a label; the rows of the others are zeros.</summary>
    [Loss]
    private static Tensor Cost(Tensor scores, [Labels, Shape(2708, 7)] Tensor labels) =>
        -1.0 / 140 * Sum(LogSoftmax(scores) * labels);
}

/// <summary>The same for a club of 34 members, of whom nothing is known but who meets whom.</summary>
[Network]
public sealed partial class KarateGcn
{
    [Forward]
    private static Tensor Classify(
        [Shape(34, 34)] Tensor members,
        [Shape(35, Type = ElementType.Int32)] Tensor offsets,
        [Shape(190, Type = ElementType.Int32)] Tensor columns,
        [Shape(190)] Tensor weights)
    {
        var hidden = Tanh(GraphConv(members, offsets, columns, weights, 8));
        var second = Tanh(GraphConv(hidden, offsets, columns, weights, 8));
        return GraphConv(second, offsets, columns, weights, 2);
    }

    [Loss]
    private static Tensor Cost(Tensor scores, [Labels, Shape(34, 2)] Tensor labels) =>
        -0.5 * Sum(LogSoftmax(scores) * labels);
}
