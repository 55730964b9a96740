using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Gives every value and buffer its place. What lives only while a chunk is computed, or from one step to another, shares memory with what
/// is dead by then: first fit over lifetimes, in the best of a few orders.
/// </summary>
public static class PlanMemory
{
    /// <summary>Every place begins at a cache line.</summary>
    public const long Alignment = 64;

    /// <summary>The places.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="environment">Layouts and chunk size.</param>
    /// <param name="parameterOffsets">Each parameter's offset in floats, by name.</param>
    public static MemoryPlan Run(
        Graph graph, ImmutableArray<StepPlan> steps, StageEnvironment environment, IReadOnlyDictionary<string, int> parameterOffsets)
    {
        var numbers = steps.Select((s, i) => (s, i)).ToDictionary(pair => pair.s, pair => pair.i);
        var planner = new Planner(environment, parameterOffsets, Readers(steps), numbers);
        planner.PlaceBorder(graph);
        for (var i = 0; i < steps.Length; i++)
            planner.PlaceStep(steps[i], i);
        return planner.ToPlan();
    }

    // The steps that read each value.
    private static Dictionary<Value, List<StepPlan>> Readers(ImmutableArray<StepPlan> steps)
    {
        var readers = new Dictionary<Value, List<StepPlan>>();
        foreach (var (step, value) in steps.SelectMany(s => s.Stages.SelectMany(p => p.Stage.Inputs, (_, value) => (s, value))))
            (readers.TryGetValue(value, out var known) ? known : readers[value] = []).Add(step);
        return readers;
    }

    private static long RoundUp(long size) => (size + Alignment - 1) / Alignment * Alignment;

    // First fit finds the least memory now in one order, now in another; trying them costs nothing.
    private static long Place(List<Lifetime> lifetimes)
    {
        var orders = new[]
        {
            lifetimes.OrderByDescending(l => l.Size),
            lifetimes.OrderByDescending(l => l.Size * (l.Last - l.First + 1)),
            lifetimes.OrderByDescending(l => l.Last - l.First).ThenByDescending(l => l.Size),
            lifetimes.OrderBy(l => l.First).ThenByDescending(l => l.Size),
        };
        var best = orders.Select(order => FirstFit(order)).OrderBy(placed => placed.Bytes).First();
        foreach (var (lifetime, offset) in best.Places)
            lifetime.Place(offset);
        return best.Bytes;
    }

    // Each goes to the lowest place that no other that lives at the same time holds.
    private static (List<(Lifetime Lifetime, long Offset)> Places, long Bytes) FirstFit(IEnumerable<Lifetime> lifetimes)
    {
        var placed = new List<(Lifetime Lifetime, long Offset)>();
        foreach (var lifetime in lifetimes)
        {
            long offset = 0;
            var alive = placed.Where(p => p.Lifetime.First <= lifetime.Last && lifetime.First <= p.Lifetime.Last);
            foreach (var other in alive.OrderBy(p => p.Offset))
            {
                if (offset + lifetime.Size <= other.Offset)
                    break;
                offset = Math.Max(offset, other.Offset + other.Lifetime.Size);
            }

            placed.Add((lifetime, offset));
        }

        return (placed, placed.Select(p => p.Offset + p.Lifetime.Size).DefaultIfEmpty(0).Max());
    }

    // What no plan can do without: the most that is alive at once.
    private static long Alive(List<Lifetime> lifetimes) =>
        lifetimes.Select(l => l.First).Distinct()
            .Select(now => lifetimes.Where(l => l.First <= now && now <= l.Last).Sum(l => l.Size)).DefaultIfEmpty(0).Max();

    private sealed class Planner(
        StageEnvironment environment, IReadOnlyDictionary<string, int> parameterOffsets, Dictionary<Value, List<StepPlan>> readers,
        Dictionary<StepPlan, int> numbers)
    {
        private readonly List<Lifetime> _batch = [];
        private readonly Dictionary<Value, Placement> _values = [];
        private readonly Dictionary<(StagePlan, int), Placement> _buffers = [];
        private readonly Dictionary<Arena, long> _bytes = Enum.GetValues(typeof(Arena)).Cast<Arena>().ToDictionary(a => a, _ => 0L);

        private long _alive;

        public MemoryPlan ToPlan()
        {
            _bytes[Arena.Batch] = Place(_batch);
            return new(_values, _buffers, _bytes, _alive);
        }

        // What belongs to the caller or to the network.
        public void PlaceBorder(Graph graph)
        {
            for (var i = 0; i < graph.Inputs.Count; i++)
                _values[graph.Inputs[i]] = new Placement(Arena.Input, i, SampleBytes(graph.Inputs[i]));
            foreach (var parameter in graph.Parameters)
                _values[parameter] = new Placement(Arena.Parameters, parameterOffsets[parameter.Name] * 4L);
            var number = 0;
            foreach (var output in graph.Outputs)
            {
                _values[output.Value] = output.Role switch
                {
                    OutputRole.Result => new Placement(Arena.Output, number++, SampleBytes(output.Value)),
                    OutputRole.Gradient => new Placement(Arena.Gradients, parameterOffsets[output.Name] * 4L),
                    _ => new Placement(Arena.Parameters, parameterOffsets[output.Name] * 4L),
                };
            }
        }

        public void PlaceStep(StepPlan step, int number)
        {
            var lifetimes = new List<Lifetime>();
            for (var position = 0; position < step.Stages.Length; position++)
            {
                var plan = step.Stages[position];
                foreach (var value in plan.Stage.Outputs.Where(v => !_values.ContainsKey(v)))
                    PlaceValue(value, step, number, position, lifetimes);
                for (var i = 0; i < plan.Plan.Buffers.Length; i++)
                    PlaceBuffer(plan, i, position, lifetimes);
            }

            _bytes[Arena.Chunk] = Math.Max(_bytes[Arena.Chunk], Place(lifetimes));
            _alive = Math.Max(_alive, Alive(lifetimes));
        }

        private void PlaceValue(Value value, StepPlan step, int number, int position, List<Lifetime> lifetimes)
        {
            if (!value.Type.IsPerSample)
            {
                var arena = step.Kind == StepKind.Prepare ? Arena.Derived : Arena.Shared;
                _values[value] = new Placement(arena, Reserve(arena, RoundUp(environment.Layouts[value].Length * 4)));
                return;
            }

            var bytes = SampleBytes(value);
            if (readers.TryGetValue(value, out var known) && known.Any(s => s != step))
            {
                // The chunks of a step run in any order: what one step reads or writes has a place of its own in it.
                _batch.Add(new Lifetime(number, known.Max(s => numbers[s]), RoundUp(bytes),
                    offset => _values[value] = new Placement(Arena.Batch, offset, bytes)));
                return;
            }

            var last = Enumerable.Range(position, step.Stages.Length - position)
                .Where(later => step.Stages[later].Stage.Inputs.Contains(value)).DefaultIfEmpty(position).Last();
            lifetimes.Add(new Lifetime(position, last, RoundUp(bytes * environment.ChunkSize),
                offset => _values[value] = new Placement(Arena.Chunk, offset, bytes)));
        }

        private void PlaceBuffer(StagePlan plan, int index, int position, List<Lifetime> lifetimes)
        {
            var (buffer, key) = (plan.Plan.Buffers[index], (plan, index));
            var size = RoundUp(buffer.Length * KernelType.SizeOf(buffer.Scalar));
            switch (buffer.Lifetime)
            {
                case BufferLifetime.Derived:
                    _buffers[key] = new Placement(Arena.Derived, Reserve(Arena.Derived, size));
                    break;
                case BufferLifetime.Accumulator:
                    _buffers[key] = new Placement(Arena.Lanes, Reserve(Arena.Lanes, size));
                    break;
                default:
                    var arena = buffer.Lifetime == BufferLifetime.Own ? Arena.Own : Arena.Chunk;
                    lifetimes.Add(new Lifetime(position, position, size, offset => _buffers[key] = new Placement(arena, offset)));
                    break;
            }
        }

        private long SampleBytes(Value value) => environment.Layouts[value].Length * KernelType.SizeOf(value.Type.Element);

        private long Reserve(Arena arena, long size)
        {
            var offset = _bytes[arena];
            _bytes[arena] += size;
            return offset;
        }
    }

    private sealed record Lifetime(int First, int Last, long Size, Action<long> Place);
}
