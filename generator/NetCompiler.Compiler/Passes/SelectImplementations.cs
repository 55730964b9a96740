using System.Collections.Immutable;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Passes;

/// <summary>Chooses for each stage the candidate of the least estimated cost, and lowers it.</summary>
public static class SelectImplementations
{
    /// <summary>The stages with their kernels.</summary>
    /// <param name="stages">The stages.</param>
    /// <param name="table">What the target makes of stages.</param>
    /// <param name="environment">Layouts and chunk size.</param>
    /// <param name="force">Candidates whose name begins with this are preferred; null to let cost decide.</param>
    public static ImmutableArray<StagePlan> Run(
        ImmutableArray<Stage> stages, StageTable table, StageEnvironment environment, string? force = null)
    {
        return [.. stages.Select(Select)];

        StagePlan Select(Stage stage)
        {
            var candidates = table.Candidates(stage, environment)
                .OrderBy(c => force is not null && c.Name.StartsWith(force, StringComparison.Ordinal) ? 0 : 1)
                .ThenBy(c => c.Cost).ToImmutableArray();
            if (candidates.IsEmpty)
                throw new InvalidOperationException($"No implementation on {table.Target.Name} for {stage}");
            var chosen = candidates[0];
            return new StagePlan(stage, chosen, candidates.RemoveAt(0), table.Lower(stage, chosen, environment));
        }
    }
}
