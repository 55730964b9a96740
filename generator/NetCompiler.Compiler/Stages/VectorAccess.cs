using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Stages;

/// <summary>Decides along which axes an expression can be computed in vectors.</summary>
internal static class VectorAccess
{
    /// <summary>True where every read along the axis meets neighbours in memory, or the same element in every lane.</summary>
    public static bool IsPossible(Stage stage, StageEnvironment environment, Node node, ScalarExpression body, Axis axis) =>
        IsPossible(stage, environment, node, body, axis, 0, null);

    /// <summary>True where a value of the stage can be computed in vectors along one of its dimensions.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="environment">The layouts.</param>
    /// <param name="value">The value.</param>
    /// <param name="dimension">The dimension.</param>
    /// <param name="cuts">
    /// Gets the places along the dimension at which reads begin or cease to be inside of what they read, such as the seams of a
    /// concatenation: no vector may run over them.
    /// </param>
    public static bool IsPossible(Stage stage, StageEnvironment environment, Value value, int dimension, ISet<int> cuts) =>
        IsPossible(stage, environment, value, dimension, 0, cuts);

    /// <summary>True where what the nodes after a stage's anchor read from elsewhere can be read in vectors along a dimension.</summary>
    public static bool IsEpiloguePossible(Stage stage, StageEnvironment environment, int dimension) => stage.Nodes.Skip(1).All(node =>
        node.Definition.Definitions.All(definition => definition.Body.Reads()
            .Where(read => read.Source < node.Inputs.Length && !stage.Contains(node.Inputs[read.Source]))
            .All(read => IsPossible(stage, environment, node, read, definition.Axes[dimension], 0, null))));

    private static bool IsPossible(
        Stage stage, StageEnvironment environment, Node node, ScalarExpression body, Axis axis, int offset, ISet<int>? cuts) =>
        // Where lanes are told by data to read, they do not read side by side.
        body.Positions().All(position => position.Indices.All(index => index.CoefficientOf(axis) == 0))
        && body.Reads().All(read => IsPossible(stage, environment, node, read, axis, offset, cuts));

    private static bool IsPossible(
        Stage stage, StageEnvironment environment, Value value, int dimension, int offset, ISet<int>? cuts)
    {
        if (!stage.Contains(value))
            return environment.Layouts[value].Strides[dimension] == 1;
        var node = value.Producer!;
        var definition = node.Definition.Result(value.ResultIndex);
        return definition.IsDirect && IsPossible(stage, environment, node, definition.Body, definition.Axes[dimension], offset, cuts);
    }

    // The offset is where along the outermost axis this one is 0.
    private static bool IsPossible(
        Stage stage, StageEnvironment environment, Node node, ScalarRead read, Axis axis, int offset, ISet<int>? cuts)
    {
        var dimension = -1;
        for (var d = 0; d < read.Indices.Length; d++)
        {
            var index = read.Indices[d];
            if (index.CoefficientOf(axis) == 0)
                continue;
            // The axis may stand in one dimension only: what is beyond an edge is decided for all lanes at once. It stands by itself, or in
            // a part of what lies in memory, as the features of a head do.
            var extent = Extent(node, read.Source, d);
            if (dimension >= 0 || index.Divisor != 1 || index.CoefficientOf(axis) != 1)
                return false;
            if (index.Terms.Length > 1
                && (!index.StaysInside(extent) || read.Source >= node.Inputs.Length || stage.Contains(node.Inputs[read.Source])))
            {
                return false;
            }
            if (!index.StaysInside(extent))
            {
                if (cuts is null)
                    return false;
                cuts.Add(offset - index.Constant);
                cuts.Add(offset - index.Constant + extent.Size);
            }

            dimension = d;
        }

        if (dimension < 0)
            return true;
        var local = read.Source - node.Inputs.Length;
        var inner = offset - read.Indices[dimension].Constant;
        if (local < 0)
            return IsPossible(stage, environment, node.Inputs[read.Source], dimension, inner, cuts);
        var definition = node.Definition.Definitions[local];
        return IsPossible(stage, environment, node, definition.Body, definition.Axes[dimension], inner, cuts);
    }

    // Sources after the inputs are earlier definitions of the node.
    private static Dimension Extent(Node node, int source, int dimension) => source < node.Inputs.Length
        ? node.Inputs[source].Type.Shape[dimension]
        : node.Definition.Definitions[source - node.Inputs.Length].Axes[dimension].Extent;
}
