using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Recurrent;

namespace NetCompiler.Compiler.Language;

/// <summary>What is known of a layer without running it, for one sample; read off its nodes' tensor expressions.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Parameters">Elements of its parameters, running statistics included.</param>
/// <param name="Connections">
/// How often trained parameters are read: pairs of an input and an output with a weight between them, and biases.
/// </param>
/// <param name="MultiplyAdds">Multiply-adds of its sums of products, by the direct algorithm, padding included.</param>
/// <param name="ReceptiveField">Rows of the network's input that one output element sees.</param>
/// <param name="ActivationBytes">Bytes of its outputs.</param>
public sealed record LayerFacts(
    LayerModel Layer, long Parameters, long Connections, long MultiplyAdds, int ReceptiveField, long ActivationBytes)
{
    private const string ReadsAttribute = "reads";

    /// <summary>
    /// The attribute of a node in which one read of a parameter stands for several connections, as where it is multiplied with a sum.
    /// </summary>
    public static Attributes Reads(double connections) => Attributes.Empty.With(ReadsAttribute, connections);

    /// <summary>The facts of every body layer, in their order.</summary>
    public static ImmutableArray<LayerFacts> Of(NetworkModel model)
    {
        var fields = ReceptiveFields.Of(model);
        var trained = new HashSet<Value>(model.Parameters.Where(p => p.IsTrainable).Select(p => p.Value));
        foreach (var node in model.Graph.Nodes)
            AddParts(node, trained);
        return [.. model.Layers.Select(layer => Of(model, layer, trained, fields.TryGetValue(layer.Result, out var field) ? field : 0))];
    }

    // Parts of a parameter, a parameter in another shape, and what they are inside of a scan, are parameters too.
    private static void AddParts(Node node, HashSet<Value> trained)
    {
        if (node.Operator is Parts or Unsqueeze && trained.Contains(node.Inputs[0]))
            trained.UnionWith(node.Results);
        if (node.Operator is Scan { Body: var body })
            trained.UnionWith(body.Shared.Where((_, i) => trained.Contains(node.Inputs[body.States.Length + body.Elements.Length + i])));
    }

    private static LayerFacts Of(NetworkModel model, LayerModel layer, HashSet<Value> trained, int receptiveField)
    {
        var (connections, multiplyAdds) = (0L, 0L);
        foreach (var node in model.Graph.Nodes.Where(n => n.Layer == layer.Index && !trained.Contains(n.Result)))
            CountNode(node, 1);

        return new LayerFacts(
            layer, model.Parameters.Where(p => p.Layer == layer.Index).Sum(p => p.Count),
            connections, multiplyAdds, receptiveField, layer.Results.Sum(r => r.Type.SampleLength) * sizeof(float));

        void CountNode(Node node, long times)
        {
            if (node.Operator is Scan { Body: var body })
            {
                foreach (var inner in body.Graph.Nodes)
                    CountNode(inner, times * body.Steps);
                return;
            }

            foreach (var definition in node.Definition.Definitions)
                Count(node, definition.Body, times * Elements(definition.Axes));
        }

        void Count(Node node, ScalarExpression expression, long times)
        {
            if (expression is ScalarRead read && read.Source < node.Inputs.Length && trained.Contains(node.Inputs[read.Source]))
                connections += (long)Math.Round(times * node.Attributes.Double(ReadsAttribute, 1));
            if (expression is ScalarReduction reduction)
            {
                times *= Elements(reduction.Axes);
                var isProduct = reduction.Body is ScalarBinary { Function: BinaryFunction.Multiply, Left: ScalarRead, Right: ScalarRead };
                multiplyAdds += reduction.Kind == ReductionKind.Sum && isProduct ? times : 0;
            }

            foreach (var child in expression.Children())
                Count(node, child, times);
        }
    }

    private static long Elements(ImmutableArray<Axis> axes) =>
        axes.Where(a => !a.Extent.IsBatch).Aggregate(1L, (product, axis) => product * axis.Extent.Size);
}
