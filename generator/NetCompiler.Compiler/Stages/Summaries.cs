using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Stages;

/// <summary>Describes stages for the reader of emitted code.</summary>
internal static class Summaries
{
    /// <summary>What a stage computes: its operators, its values with their shapes, and the mathematics of its anchor.</summary>
    public static string Of(Stage stage, string? how = null)
    {
        var operators = string.Join(" → ", stage.Nodes.Select(n => n.Operator.Name));
        var reads = string.Join(", ", stage.Inputs.Select(v => $"{v} {v.Type}"));
        var writes = string.Join(", ", stage.Outputs.Select(v => $"{v} {v.Type}"));
        var text = $"{stage.Name}: {operators}\nreads {reads}\nwrites {writes}";
        foreach (var node in stage.Nodes)
        {
            var definition = node.Definition.Result();
            text += $"\n{node.Name}[{string.Join(", ", definition.Target)}] = {ScalarText.Write(definition.Body, node)}";
        }

        return how is null ? text : text + "\n" + how;
    }
}
