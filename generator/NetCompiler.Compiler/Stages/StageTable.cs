using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Stages;

/// <summary>
/// What a target makes of stages, worked out once for all that are alike: those of a deep network's blocks differ in nothing but the
/// names of their values.
/// </summary>
/// <param name="target">The target.</param>
public sealed class StageTable(ITarget target)
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _isOffered = new(StringComparer.Ordinal);
    private readonly Dictionary<Operator, int> _operators = [];

    /// <summary>The target.</summary>
    public ITarget Target { get; } = target;

    /// <summary>The ways to compute a stage, in the order in which the target's implementations offer them.</summary>
    public ImmutableArray<Candidate> Candidates(Stage stage, StageEnvironment environment) => Find(stage, environment).Candidates;

    /// <summary>Whether there is a way to compute a stage, without working out how costly all of them are.</summary>
    public bool IsOffered(Stage stage, StageEnvironment environment)
    {
        var key = Key(stage, environment);
        if (!_isOffered.TryGetValue(key, out var isOffered))
            _isOffered[key] = isOffered = Target.Implementations.Any(i => i.Offer(stage, environment).Any());
        return isOffered;
    }

    /// <summary>A stage as the kernels of one of its candidates; stages that are alike get the same kernels.</summary>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment) =>
        Find(stage, environment).Lower(stage, candidate);

    private Entry Find(Stage stage, StageEnvironment environment)
    {
        var key = Key(stage, environment);
        if (!_entries.TryGetValue(key, out var entry))
            _entries[key] = entry = new Entry(stage, environment, [.. Target.Implementations.SelectMany(i => i.Offer(stage, environment))]);
        return entry;
    }

    // All that an implementation sees of a stage, with numbers for names.
    private string Key(Stage stage, StageEnvironment environment)
    {
        var numbers = new Dictionary<Value, int>();
        var text = new StringBuilder();
        text.Append(stage.Kind).Append(' ').Append(environment.ChunkSize.ToString(CultureInfo.InvariantCulture));
        foreach (var value in stage.Inputs)
            Declare(value);
        foreach (var node in stage.Nodes)
        {
            if (!_operators.TryGetValue(node.Operator, out var number))
                _operators[node.Operator] = number = _operators.Count;
            text.Append('\n').Append(number).Append('(').Append(node.Attributes).Append(')');
            foreach (var input in node.Inputs)
                text.Append(' ').Append(numbers[input]);
            foreach (var result in node.Results)
                Declare(result);
        }

        text.Append("\n→");
        foreach (var output in stage.Outputs)
            text.Append(' ').Append(numbers[output]);
        return text.ToString();

        void Declare(Value value)
        {
            numbers.Add(value, numbers.Count);
            text.Append("\n: ").Append(value.Type);
            if (environment.Layouts.TryGetValue(value, out var layout))
                text.Append(layout).Append(layout.Length).Append(layout.IsPadded);
        }
    }

    private static IEnumerable<Value> Values(Stage stage) => stage.Inputs.Concat(stage.Nodes.SelectMany(n => n.Results));

    private sealed class Entry(Stage first, StageEnvironment environment, ImmutableArray<Candidate> candidates)
    {
        private readonly Dictionary<Candidate, KernelPlan> _plans = [];

        public ImmutableArray<Candidate> Candidates { get; } = candidates;

        public KernelPlan Lower(Stage stage, Candidate candidate)
        {
            if (!_plans.TryGetValue(candidate, out var plan))
                _plans[candidate] = plan = candidate.Implementation.Lower(first, candidate, environment);
            return stage == first ? plan : For(stage, plan);
        }

        // The plan with the values of another stage.
        private KernelPlan For(Stage stage, KernelPlan plan)
        {
            var values = Values(first).Zip(Values(stage), (ours, theirs) => (ours, theirs)).ToDictionary(p => p.ours, p => p.theirs);
            return new KernelPlan(
                [.. plan.Buffers.Select(b => b.Name.StartsWith(first.Name, StringComparison.Ordinal)
                    ? b with { Name = stage.Name + b.Name.Substring(first.Name.Length) } : b)],
                [.. plan.Prepare.Select(Launch)], [.. plan.Launches.Select(Launch)],
                plan.Combine is null ? null : Launch(plan.Combine));

            KernelLaunch Launch(KernelLaunch launch) => launch with
            {
                Arguments = [.. launch.Arguments.Select(a => a.With(value => values[value]))],
            };
        }
    }
}
