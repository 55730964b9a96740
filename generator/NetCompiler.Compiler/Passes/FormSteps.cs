using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Cuts a pass into steps: what depends on parameters only is prepared; what belongs to samples runs chunk by chunk as far as it
/// can; a sum over the batch ends the chunks that it needs, and what depends on it comes in later steps.
/// </summary>
public static class FormSteps
{
    /// <summary>The steps in their order.</summary>
    public static ImmutableArray<StepPlan> Run(Graph graph, ImmutableArray<StagePlan> stages)
    {
        // Level 2k + 1 is the k-th step over chunks, 2k + 2 what runs once behind it, 0 what is prepared.
        var ready = new Dictionary<Value, int>();
        foreach (var value in graph.Parameters)
            ready[value] = 0;
        foreach (var value in graph.Inputs)
            ready[value] = 1;
        var updates = new HashSet<Value>(graph.Outputs.Where(o => o.Role == OutputRole.Update).Select(o => o.Value));
        var levels = new List<List<StagePlan>> { new() };
        var hasLanes = stages.Any(s => s.Plan.Combine is not null);
        foreach (var plan in stages)
        {
            var stage = plan.Stage;
            var level = stage.Inputs.Select(v => ready[v]).DefaultIfEmpty(0).Max();
            if (stage.Scope == StageScope.Shared)
                level = level == 0 && !stage.Outputs.Any(updates.Contains) ? 0 : Math.Max(2, level + level % 2);
            else
                level = Math.Max(1, level + 1 - level % 2);
            while (levels.Count <= level)
                levels.Add([]);
            levels[level].Add(plan);
            foreach (var value in stage.Nodes.SelectMany(n => n.Results))
                ready[value] = stage.Scope == StageScope.BatchSum ? level + 1 : level;
        }

        var steps = ImmutableArray.CreateBuilder<StepPlan>();
        for (var level = 0; level < levels.Count; level++)
        {
            var here = levels[level].ToImmutableArray();
            if (level == 0)
            {
                AddSerial(StepKind.Prepare, here);
                AddParallel(StepKind.Prepare, stages.SelectMany(s => s.Plan.Prepare.Select(l => new StageLaunch(s, l))));
            }
            else if (level % 2 == 1)
            {
                if (here.IsEmpty)
                    continue;
                steps.Add(new StepPlan(StepKind.Chunks, here, LaunchesOf(here))
                {
                    ClearsLanes = here.Any(s => s.Plan.Combine is not null),
                    HasLanes = hasLanes,
                });
                AddParallel(StepKind.Once, here.Where(s => s.Plan.Combine is not null).Select(s => new StageLaunch(s, s.Plan.Combine!)));
            }
            else
            {
                AddSerial(StepKind.Once, here);
            }
        }

        return steps.ToImmutable();

        void AddSerial(StepKind kind, ImmutableArray<StagePlan> serial)
        {
            if (!serial.IsEmpty)
                steps.Add(new StepPlan(kind, serial, LaunchesOf(serial)));
        }

        void AddParallel(StepKind kind, IEnumerable<StageLaunch> launches)
        {
            var parts = launches.Select(l => l with { Pieces = l.Launch.Parts }).ToImmutableArray();
            if (!parts.IsEmpty)
                steps.Add(new StepPlan(kind, [], parts, IsParallel: true));
        }
    }

    private static ImmutableArray<StageLaunch> LaunchesOf(ImmutableArray<StagePlan> stages) =>
        [.. stages.SelectMany(s => s.Plan.Launches.Select(l => new StageLaunch(s, l)))];
}
