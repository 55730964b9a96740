using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Puts a copy before outputs that stages cannot write where the caller wants them: images, whose layout is another one between
/// stages, values that leave twice, and what no node computes.
/// </summary>
public static class InsertOutputCopies
{
    /// <summary>The graph with the copies.</summary>
    public static Graph Run(Graph graph)
    {
        var result = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
            result.Copy(node);
        var seen = new HashSet<Value>();
        foreach (var output in graph.Outputs)
        {
            var value = result[output.Value];
            var isImage = value.Type.IsImage && value.Type.Shape[1].Size > 1 && value.Type.SampleLength > value.Type.Shape[1].Size;
            if (output.Role == OutputRole.Result && (isImage || value.Role != ValueRole.Result || !seen.Add(output.Value)))
                value = result.Target.Add(Copy.Instance, $"{output.Name}.output", [value]).Result;
            result.Target.AddOutput(output.Name, value, output.Role);
        }

        return result.Target;
    }
}
