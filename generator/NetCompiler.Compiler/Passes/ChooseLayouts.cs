using System.Collections.Immutable;
using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Gives images of few channels rows as vectors, where the convolution that makes them gains by it and whatever reads them is a
/// contraction, which does not mind. (In training, gradients would have to change as well, and what mixes both.)
/// </summary>
public static class ChooseLayouts
{
    /// <summary>The environment with the layouts that were found better.</summary>
    public static StageEnvironment Run(
        Graph graph, ImmutableArray<Stage> stages, CpuTarget target, StageTable table, StageEnvironment environment)
    {
        var leaving = new HashSet<Value>(graph.Outputs.Select(o => o.Value));
        foreach (var stage in stages)
        {
            if (stage.Kind != StageKind.Contraction || stage.Domain.Length != 4 || stage.Domain[3].Size < 4
                || stage.Outputs.Any(leaving.Contains)
                || stages.Any(s => s.Kind != StageKind.Contraction && s.Inputs.Any(stage.Outputs.Contains))
                || stage.Inputs.Any(v => v.Type.IsPerSample && ContractionScheduler.IsEpilogueInput(stage, v)))
            {
                continue;
            }

            var layouts = environment.Layouts.ToDictionary(p => p.Key, p => p.Value);
            foreach (var value in stage.Outputs)
                layouts[value] = Layout.Innermost(value.Type, 3, target.PaddedExtent(value.Type.Shape[3].Size));
            var rows = environment with { Layouts = layouts };
            var users = stages.Where(s => s == stage || s.Inputs.Any(stage.Outputs.Contains)).ToList();
            if (users.Sum(s => Cost(s, table, rows)) < users.Sum(s => Cost(s, table, environment)))
                environment = rows;
        }

        return environment;
    }

    private static double Cost(Stage stage, StageTable table, StageEnvironment environment) =>
        table.Candidates(stage, environment).Select(c => c.Cost).DefaultIfEmpty(double.PositiveInfinity).Min();
}
