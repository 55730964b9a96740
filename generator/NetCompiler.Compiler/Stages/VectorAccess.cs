using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Stages;

/// <summary>Decides along which axes an expression can be computed in vectors.</summary>
internal static class VectorAccess
{
    /// <summary>True where every read along the axis meets neighbours in memory, or the same element in every lane.</summary>
    public static bool IsPossible(Stage stage, StageEnvironment environment, Node node, ScalarExpression body, Axis axis) =>
        body.Reads().All(read => IsPossible(stage, environment, node, read, axis));

    /// <summary>True where a value of the stage can be computed in vectors along one of its dimensions.</summary>
    public static bool IsPossible(Stage stage, StageEnvironment environment, Value value, int dimension)
    {
        if (!stage.Contains(value))
            return environment.Layouts[value].Strides[dimension] == 1;
        var node = value.Producer!;
        var definition = node.Definition.Result(value.ResultIndex);
        return definition.IsDirect && IsPossible(stage, environment, node, definition.Body, definition.Axes[dimension]);
    }

    private static bool IsPossible(Stage stage, StageEnvironment environment, Node node, ScalarRead read, Axis axis)
    {
        var dimension = -1;
        for (var d = 0; d < read.Indices.Length; d++)
        {
            var coefficient = read.Indices[d].CoefficientOf(axis);
            if (coefficient == 0)
                continue;
            // The axis may stand in one dimension only, by itself and within it: what is beyond an edge is decided for all lanes at once.
            if (dimension >= 0 || !read.Indices[d].Equals((IndexExpression)axis) || !read.Indices[d].StaysInside(Extent(node, read.Source, d)))
                return false;
            dimension = d;
        }

        if (dimension < 0)
            return true;
        var local = read.Source - node.Inputs.Length;
        if (local < 0)
            return IsPossible(stage, environment, node.Inputs[read.Source], dimension);
        var definition = node.Definition.Definitions[local];
        return IsPossible(stage, environment, node, definition.Body, definition.Axes[dimension]);
    }

    // Sources after the inputs are earlier definitions of the node.
    private static Dimension Extent(Node node, int source, int dimension) => source < node.Inputs.Length
        ? node.Inputs[source].Type.Shape[dimension]
        : node.Definition.Definitions[source - node.Inputs.Length].Axes[dimension].Extent;
}
