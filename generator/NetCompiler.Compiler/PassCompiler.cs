using System.Collections.Immutable;
using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Recurrent;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler;

/// <summary>Compiles one pass of a network for one target: the compiler's passes in their order.</summary>
public static class PassCompiler
{
    // Lanes are part of what a sum's bits are: fixed, and enough for the cores of most machines.
    private const int BatchLanes = 8;

    // A chunk's values should stay in the second-level cache.
    private const long PredictChunkBytes = 512 * 1024;
    private const long TrainChunkBytes = 2 * 1024 * 1024;
    private const int LargestChunk = 16;

    // What a thread may need for the sequences of a chunk.
    private const long LargestChunkBytes = 64 * 1024 * 1024;

    private const string Loss = "loss";
    private const string Variable = "variable ";

    /// <summary>Compiles a pass.</summary>
    /// <param name="model">The network.</param>
    /// <param name="kind">What the pass is for; <see cref="PassKind.Train"/> and <see cref="PassKind.Loss"/> need a loss.</param>
    /// <param name="target">The target.</param>
    /// <param name="options">How.</param>
    /// <param name="dump">True to keep the textual form after each pass.</param>
    /// <param name="entry">The method that the pass runs, for <see cref="PassKind.Forward"/> and <see cref="PassKind.Objective"/>.</param>
    public static PassProgram Compile(
        NetworkModel model, PassKind kind, CpuTarget target, PassOptions options, bool dump = false, EntryModel? entry = null)
    {
        var dumps = ImmutableArray.CreateBuilder<(string, string)>();
        options = options with { IsStrict = options.IsStrict || model.Spec.IsStrict, ParametersChange = kind == PassKind.Train };
        var graph = Prepare(model, kind, options, Keep, entry);
        return Lower(graph, model, kind, target, options, dump, dumps) with { Entry = entry?.Name };

        Graph Keep(string pass, Graph result)
        {
            if (dump)
                dumps.Add((pass, result.ToString()));
            return result;
        }
    }

    /// <summary>The graph of a pass after all passes over graphs: what every target begins with.</summary>
    internal static Graph Prepare(
        NetworkModel model, PassKind kind, PassOptions options, Func<string, Graph, Graph> keep, EntryModel? entry = null) =>
        ToStagesForm(keep("ExtractOutputs", Extract(model, kind, entry)), model, kind, options, keep, entry);

    private static Graph Extract(NetworkModel model, PassKind kind, EntryModel? entry) => kind switch
    {
        PassKind.Predict => Extract(model, model.Inputs, model.Predictions),
        PassKind.Train => Extract(model, model.TrainingInputs, model.TrainingPredictions.Add(new NamedValue(Loss, model.Loss!.PerSample))),
        PassKind.Loss => ReadPredictions.Run(model, Loss),
        PassKind.Inspect => InNumbers(Extract(model, model.Inputs,
            [.. model.Layers.Where(l => l.Predicted is not null).Select(l => new NamedValue(l.Name, l.Predicted!))])),
        PassKind.Forward => Extract(model, entry!.Inputs, entry.Outputs),
        // Variables are results until their gradients are known, so that no pass does away with them.
        _ => Extract(model, entry!.Inputs, [.. entry.Outputs, .. Inner(entry).Select(v => v with { Name = Variable + v.Name })]),
    };

    private static Graph Extract(NetworkModel model, ImmutableArray<NamedValue> inputs, ImmutableArray<NamedValue> outputs) =>
        ExtractOutputs.Run(model.Graph, [.. inputs.Select(i => i.Value)], [.. outputs.Select(o => (o.Name, o.Value))]);

    // Whoever looks at layers' outputs gets floats, also where there are integers.
    private static Graph InNumbers(Graph graph)
    {
        if (graph.Outputs.All(output => output.Value.Type.Element != ScalarKind.I32))
            return graph;
        var result = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
            result.Copy(node);
        foreach (var output in graph.Outputs)
        {
            var value = result[output.Value];
            if (value.Type.Element == ScalarKind.I32)
                value = result.Target.Add(Affine.Instance, $"{output.Name}.numbers", [value], Affine.Of(1, 0)).Result;
            result.Target.AddOutput(output.Name, value, output.Role);
        }

        return result.Target;
    }

    private static IEnumerable<NamedValue> Inner(EntryModel entry) => entry.Variables.Where(v => v.Value.Role != ValueRole.Input);

    private static Graph ToStagesForm(
        Graph graph, NetworkModel model, PassKind kind, PassOptions options, Func<string, Graph, Graph> keep, EntryModel? entry)
    {
        var isTraining = kind == PassKind.Train;
        if (options.Runs(nameof(HoistFromScans)))
            graph = keep(nameof(HoistFromScans), HoistFromScans.Run(graph));
        if (options.Runs(nameof(FuseAttention)))
            graph = keep(nameof(FuseAttention), FuseAttention.Run(graph));
        graph = options.Runs(nameof(Canonicalise))
            ? keep(nameof(Canonicalise), Canonicalise.Run(graph, isTraining))
            : Canonicalise.RemoveIdentities(graph, isTraining);
        if (isTraining)
        {
            graph = keep(nameof(LowerBatchNorm), LowerBatchNorm.Run(graph));
            var trained = new HashSet<string>(model.Parameters.Where(p => p.IsTrained).Select(p => p.Value.Name));
            var loss = graph.Outputs.First(o => o.Name == Loss).Value;
            var forward = graph.Nodes.Count;
            graph = keep(nameof(Differentiate), Differentiate.Run(graph, loss, graph.Parameters.Where(p => trained.Contains(p.Name))));
            if (options.Runs(nameof(Checkpoint)))
                graph = keep(nameof(Checkpoint), Checkpoint.Run(graph, forward, model.Spec));
        }
        else if (options.Runs(nameof(FoldBatchNorm)) || kind == PassKind.Objective)
        {
            graph = keep(nameof(FoldBatchNorm), FoldBatchNorm.Run(graph));
        }

        if (kind == PassKind.Objective)
            graph = keep(nameof(Differentiate), DifferentiateObjective(graph, entry!));
        if ((isTraining || kind == PassKind.Objective) && options.Runs(nameof(ChooseResiduals)))
            graph = keep(nameof(ChooseResiduals), ChooseResiduals.Run(graph));
        graph = RemoveDeadResults.Run(GraphRewriter.RemoveDeadNodes(graph));
        return keep(nameof(InsertOutputCopies), InsertOutputCopies.Run(graph));
    }

    private static Graph DifferentiateObjective(Graph graph, EntryModel entry)
    {
        var variables = entry.Variables.Select(v => (v.Value.Role == ValueRole.Input
            ? graph.Inputs.First(i => i.Name == v.Value.Name)
            : graph.Outputs.First(o => o.Name == Variable + v.Name).Value, v.Name)).ToImmutableArray();
        var differentiated = Differentiate.Run(graph, graph.Outputs[0].Value, variables);
        // The variables have been found: they leave no longer.
        return ExtractOutputs.Run(differentiated, [.. differentiated.Inputs],
            [.. differentiated.Outputs.Where(o => !o.Name.StartsWith(Variable, StringComparison.Ordinal)).Select(o => (o.Name, o.Value))]);
    }

    private static PassProgram Lower(
        Graph graph, NetworkModel model, PassKind kind, CpuTarget target, PassOptions options, bool dump,
        ImmutableArray<(string, string)>.Builder dumps)
    {
        var layouts = Layouts(graph, target);
        var table = new StageTable(target);
        var stages = Fuse.Run(graph, options.Runs(nameof(Fuse)), IsOffered);
        var chunk = options.ChunkSize > 0 ? options.ChunkSize : ChunkSize(stages, layouts, kind);
        var environment = new StageEnvironment(layouts, chunk, options);
        if (kind == PassKind.Predict && options.Runs(nameof(ChooseLayouts)))
            environment = ChooseLayouts.Run(graph, stages, target, table, environment);
        var plans = SelectImplementations.Run(stages, table, environment, options.ForcedCandidate);
        var steps = FormSteps.Run(graph, plans);
        var offsets = ParameterLayout.Of(model).ToDictionary(p => p.Name, p => p.Offset);
        var memory = PlanMemory.Run(graph, steps, environment, offsets);
        var lanes = plans.Any(p => p.Plan.Combine is not null) ? BatchLanes : 0;
        var (kept, kernels) = Deduplicate.Run(
            steps.SelectMany(s => s.Launches).Select(l => l.Launch.Kernel), PassPrinter.Members, Tidy);
        var calls = LowerSteps.Run(steps, plans, memory, lanes, kept);
        if (dump)
        {
            dumps.Add((nameof(SelectImplementations), string.Join("\n", plans)));
            dumps.Add((nameof(PlanMemory), memory.ToString()));
            dumps.Add((nameof(Deduplicate), string.Join("\n", kernels)));
        }

        return new PassProgram(kind, target, graph, plans, steps, calls, kernels, memory, chunk, lanes, dumps.ToImmutable());

        bool IsOffered(Stage stage) => table.IsOffered(stage, new StageEnvironment(layouts, LargestChunk, options));

        Kernel Tidy(Kernel kernel)
        {
            if (options.Runs(nameof(Simplify)))
                kernel = Simplify.Run(kernel);
            return options.Runs(nameof(StrengthReduce)) ? StrengthReduce.Run(kernel) : kernel;
        }
    }

    // What crosses the border and what belongs to no sample is canonical; the rest is as the target likes it.
    private static Dictionary<Value, Layout> Layouts(Graph graph, ITarget target)
    {
        var layouts = new Dictionary<Value, Layout>();
        foreach (var value in graph.Nodes.SelectMany(n => n.Results))
            layouts[value] = target.LayoutOf(value.Type);
        foreach (var value in graph.Inputs.Concat(graph.Parameters).Concat(graph.Outputs.Select(o => o.Value)))
            layouts[value] = Layout.Canonical(value.Type);
        return layouts;
    }

    private static int ChunkSize(ImmutableArray<Stage> stages, Dictionary<Value, Layout> layouts, PassKind kind)
    {
        // What is computed a second time does not change chunks, and so no bits.
        var values = stages.Where(s => !Checkpoint.IsCopy(s.Anchor)).SelectMany(s => s.Outputs).Where(v => v.Type.IsPerSample).ToList();
        // Of the sequences that a scan goes through, one step at a time is in the cache; the more samples, the less often are weights read.
        var sequences = new HashSet<Value>(
            stages.SelectMany(s => s.Anchor.Operator is Scan scan ? scan.Sequences(s.Anchor) : []));
        var all = values.Sum(Bytes);
        var bytes = values.Sum(v => sequences.Contains(v) ? Bytes(v) / v.Type.Shape[1].Size : Bytes(v));
        var budget = kind is PassKind.Train or PassKind.Objective ? TrainChunkBytes : PredictChunkBytes;
        var chunk = LargestChunk;
        while (chunk > 1 && (chunk * bytes > budget || chunk * all > LargestChunkBytes))
            chunk /= 2;
        return chunk;

        long Bytes(Value value) => layouts[value].Length * KernelType.SizeOf(value.Type.Element);
    }
}
