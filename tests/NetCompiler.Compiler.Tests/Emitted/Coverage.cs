using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops.Recurrent;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>What has been compiled, run and compared: for each cell and vector width its different shapes.</summary>
public sealed class Coverage
{
    private readonly ConcurrentDictionary<(string Cell, int Width), ConcurrentDictionary<string, bool>> _shapes = [];

    private readonly ConcurrentDictionary<(string Candidate, int Width), ConcurrentBag<NetworkCase>> _rejections = [];

    /// <summary>All cells with their widths.</summary>
    public IEnumerable<(string Cell, int Width)> Cells => _shapes.Keys.OrderBy(k => k.Cell, StringComparer.Ordinal).ThenBy(k => k.Width);

    /// <summary>Different shapes of a cell.</summary>
    public int Count(string cell, int width) => _shapes.TryGetValue((cell, width), out var shapes) ? shapes.Count : 0;

    /// <summary>Candidates that were offered at a width, with the cases in which others were cheaper, by their names.</summary>
    public IEnumerable<(string Candidate, int Width, IEnumerable<NetworkCase> Cases)> Rejections => _rejections
        .OrderBy(r => r.Key.Candidate, StringComparer.Ordinal).ThenByDescending(r => r.Key.Width)
        .Select(r => (r.Key.Candidate, r.Key.Width, (IEnumerable<NetworkCase>)r.Value.Distinct().OrderBy(c => c.Name, StringComparer.Ordinal)));

    /// <summary>Takes down what a case's passes consist of.</summary>
    public void Add(NetworkCase @case, IEnumerable<PassProgram> programs)
    {
        foreach (var program in programs)
            Add(@case, program.Kind, program.Target.VectorBits, program.Graph, program.Stages);
    }

    /// <summary>Takes down what a pass consists of.</summary>
    public void Add(NetworkCase @case, PassKind kind, int width, Graph graph, ImmutableArray<StagePlan> stages)
    {
        var batch = @case.Batch.ToString(CultureInfo.InvariantCulture);
        foreach (var plan in stages)
        {
            var shape = batch + string.Join(";", plan.Stage.Nodes.Select(Shape));
            Note($"stage {plan.Stage.Kind} {plan.Stage.Scope}", width, shape);
            Note($"candidate {plan.Candidate.Name}", width, shape);
            foreach (var candidate in plan.Rejected)
                _rejections.GetOrAdd((candidate.Name, width), _ => []).Add(@case);
        }

        foreach (var node in graph.Nodes.Concat(graph.Nodes.SelectMany(StepNodes)))
            Note($"operator {node.Operator.Name}", width, batch + Shape(node));
        var model = @case.Model;
        for (var i = 0; i < model.Layers.Length; i++)
        {
            var before = i == 0 ? model.Input.Type : model.Layers[i - 1].Result.Type;
            Note($"layer {model.Layers[i].Kind}", width, $"{batch} {before} {model.Spec.Layers[model.Layers[i].Index].Arguments}");
        }

        Note("layer Input", width, $"{batch} {model.Spec.Layers[0].Arguments}");
        if (kind == PassKind.Train)
        {
            foreach (var loss in model.Spec.Layers.Where(l => l.Kind == "Loss"))
            {
                Note("layer Loss", width, $"{batch} {model.Prediction.Type} {loss.Arguments}");
                Note($"loss {loss.Arguments.Text("Kind")}", width, $"{batch} {model.Prediction.Type} {loss.Arguments}");
            }
        }
    }

    // What a scan does at each step is compiled as any graph is.
    private static IEnumerable<Node> StepNodes(Node node) => node.Operator is Scan { Body: var body } ? body.Graph.Nodes : [];

    private static string Shape(Node node) => $"{string.Join(",", node.Inputs.Select(v => v.Type))} {node.Attributes} {node.Result.Type}";

    private void Note(string cell, int width, string shape) => _shapes.GetOrAdd((cell, width), _ => [])[shape] = true;
}
