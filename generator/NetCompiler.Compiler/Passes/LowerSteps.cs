using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Turns each step into a kernel that calls those of its launches with pointers into the arenas. What a deep network repeats is there
/// once: launches that do the same again become a loop, and steps that do the same become one kernel. Both read what differs, the
/// places in the arenas, from a table with a row for each of them.
/// </summary>
public static class LowerSteps
{
    /// <summary>A call for each step; steps that differ in places only call the same method.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="stages">The stages in the order in which the clock of a running pass numbers them.</param>
    /// <param name="memory">Where everything lies.</param>
    /// <param name="lanes">Lanes that sums over the batch are split into.</param>
    /// <param name="kernels">The kernel to call in the place of a launch's.</param>
    public static ImmutableArray<StepCall> Run(
        ImmutableArray<StepPlan> steps, ImmutableArray<StagePlan> stages, MemoryPlan memory, int lanes,
        IReadOnlyDictionary<Kernel, Kernel> kernels)
    {
        var numbers = stages.Select((stage, number) => (stage, number)).ToDictionary(s => s.stage, s => s.number);
        var names = new HashSet<string>(kernels.Values.Select(k => k.Name));
        var lowering = new LaunchArguments(memory, lanes, numbers);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var planned = steps.Select(step => new Step(step, Segments(step))).ToList();
        var calls = new StepCall[steps.Length];
        foreach (var alike in planned.Select((step, number) => (step, number)).GroupBy(s => s.step.Key, StringComparer.Ordinal))
        {
            var number = alike.First().number;
            var name = $"{alike.First().step.Plan.Kind}{number.ToString(CultureInfo.InvariantCulture)}";
            while (!names.Add(name))
                name += "Step";
            var method = new StepMethodBuilder(lowering, name, [.. alike.Select(s => s.step)]).Build();
            foreach (var ((_, step), row) in alike.Select((s, row) => (s, row)))
                calls[step] = new StepCall(method, row);
        }

        return [.. calls];

        ImmutableArray<Segment> Segments(StepPlan step)
        {
            var items = step.Launches.Select((launch, i) =>
            {
                var ends = step.IsParallel || i + 1 == step.Launches.Length || step.Launches[i + 1].Stage != launch.Stage;
                return lowering.Read(step.Kind, launch, kernels[launch.Launch.Kernel], ends, ids);
            }).ToList();
            // Parts run in any order: those that do the same stand together.
            return step.IsParallel
                ? [.. items.GroupBy(i => i.Key).Select(g => new Segment([.. g], Period: 1))]
                : [.. LaunchLoop.Group(items, item => item.Launch.Launch).SelectMany(group => group.Loop is { } loop
                    ? [new Segment(group.Launches, group.Launches.Length, loop)]
                    : Repetitions.Find(group.Launches))];
        }
    }

    /// <summary>A launch of a step.</summary>
    /// <param name="Kind">When the step runs.</param>
    /// <param name="Launch">The launch.</param>
    /// <param name="Kernel">The kernel that it calls.</param>
    /// <param name="EndsStage">True where the clock is told that the stage is done.</param>
    /// <param name="Key">The same for launches that differ in nothing but <paramref name="Numbers"/>.</param>
    /// <param name="Numbers">The numbers in its arguments that the memory plan decided, in the order in which they occur.</param>
    internal sealed record Item(
        StepKind Kind, StageLaunch Launch, Kernel Kernel, bool EndsStage, int Key, ImmutableArray<long> Numbers);

    /// <summary>Launches that occur once, or several times in a row.</summary>
    /// <param name="Items">All of them.</param>
    /// <param name="Period">How many of them are one round.</param>
    /// <param name="Loop">The loop that repeats them with memory that moves; null where they have places of their own each time.</param>
    internal sealed record Segment(ImmutableArray<Item> Items, int Period, LaunchLoop? Loop = null)
    {
        public int Rounds => Items.Length / Period;

        /// <summary>The numbers of a round.</summary>
        public IEnumerable<long> Numbers(int round) => Items.Skip(round * Period).Take(Period).SelectMany(i => i.Numbers);
    }

    /// <summary>A step with its launches.</summary>
    internal sealed record Step(StepPlan Plan, ImmutableArray<Segment> Segments)
    {
        /// <summary>The same for steps that differ in numbers only.</summary>
        public string Key { get; } = $"{Plan.Kind} {Plan.IsParallel} {Plan.HasTeam} " + string.Join(";", Segments.Select(s =>
            FormattableString.Invariant($"{s.Rounds}*{s.Loop?.Rounds}*{string.Join(",", s.Items.Take(s.Period).Select(i => i.Key))}")));
    }
}
