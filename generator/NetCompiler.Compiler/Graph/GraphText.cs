using System.Text;
using NetCompiler.Compiler.Ops.Recurrent;

namespace NetCompiler.Compiler.Graphs;

/// <summary>The textual form of graphs, for dumps and snapshots: a line a value, a line a node.</summary>
public static class GraphText
{
    /// <summary>A graph.</summary>
    public static string Write(Graph graph)
    {
        var text = new StringBuilder();
        foreach (var value in graph.Inputs)
            text.Append("input     ").Append(value.Name).Append(" : ").Append(value.Type).Append('\n');
        foreach (var value in graph.Parameters)
            text.Append("parameter ").Append(value.Name).Append(" : ").Append(value.Type).Append('\n');
        foreach (var node in graph.Nodes)
        {
            text.Append(Write(node)).Append('\n');
            if (node.Operator is Scan scan)
                text.Append("    ").Append(Write(scan.Body.Graph).TrimEnd('\n').Replace("\n", "\n    ")).Append('\n');
        }

        foreach (var output in graph.Outputs)
        {
            var role = output.Role.ToString().ToLowerInvariant().PadRight(10);
            text.Append(role).Append(output.Name).Append(" = ").Append(output.Value).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A node: its results with their types, the operator, its arguments.</summary>
    public static string Write(Node node)
    {
        var results = string.Join(", ", node.Results.Select(v => $"{v} : {v.Type}"));
        var attributes = node.Attributes.ToString();
        return $"{results} = {node.Operator.Name}({string.Join(", ", node.Inputs)}{(attributes.Length > 0 ? "; " + attributes : "")})";
    }
}
