using System.Globalization;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Recurrent;
using NetCompiler.Compiler.Passes;

namespace NetCompiler.Compiler.Stages;

/// <summary>
/// A scan as launches in a loop: the body becomes stages and kernels as any graph does, once, and the loop launches them with memory
/// that moves along the sequences. A state has two places, of which one is read while the other is written.
/// </summary>
internal sealed class ScanLowering(ITarget target, Stage stage, StageEnvironment environment)
{
    private readonly ScanBody _body = ((Scan)stage.Anchor.Operator).Body;
    private readonly Dictionary<Value, Layout> _layouts = [];
    private readonly Dictionary<Value, LaunchArgument> _places = [];
    private readonly List<PlanBuffer> _buffers = [];
    private readonly List<KernelLaunch> _prepare = [];
    private readonly List<KernelLaunch> _launches = [];

    /// <summary>The plan: states are brought to their places, the loop runs, last states are brought from there.</summary>
    public KernelPlan Run()
    {
        var node = stage.Anchor;
        var states = _body.States.Length;
        foreach (var value in _body.Graph.Nodes.SelectMany(n => n.Results))
            _layouts[value] = target.LayoutOf(value.Type);
        for (var i = 0; i < states; i++)
            PlaceState(_body.States[i], _body.NextStates[i]);
        for (var i = 0; i < _body.Elements.Length; i++)
            PlaceElement(_body.Elements[i], node.Inputs[states + i]);
        for (var i = 0; i < _body.Shared.Length; i++)
        {
            var (inner, outer) = (_body.Shared[i], node.Inputs[states + _body.Elements.Length + i]);
            (_layouts[inner], _places[inner]) = (environment.Layouts[outer], new LaunchArgument.OfValue(outer));
        }

        for (var i = 0; i < _body.Stacked.Length; i++)
        {
            if (stage.Outputs.Contains(node.Results[states + i]))
                PlaceElement(_body.Stacked[i].Value, node.Results[states + i]);
        }

        var rounds = Rounds();
        for (var i = 0; i < states; i++)
            Copy(node.Inputs[i], _body.States[i], StateAt(_body.States[i], 0), toState: true);
        _launches.AddRange(rounds);
        for (var i = 0; i < states; i++)
        {
            if (stage.Outputs.Contains(node.Results[i]))
                Copy(node.Results[i], _body.States[i], StateAt(_body.States[i], _body.Steps), toState: false);
        }

        return new KernelPlan([.. _buffers], [.. _prepare], [.. _launches]);
    }

    /// <summary>What a scan does, for the reader of emitted code.</summary>
    public static string Summary(Stage stage)
    {
        var body = ((Scan)stage.Anchor.Operator).Body;
        var reads = string.Join(", ", stage.Inputs.Select(v => $"{v} {v.Type}"));
        var writes = string.Join(", ", stage.Outputs.Select(v => $"{v} {v.Type}"));
        var steps = body.Steps.ToString(CultureInfo.InvariantCulture);
        return $"{stage.Name}: {steps} steps{(body.IsReverse ? ", the last one first" : "")}\nreads {reads}\nwrites {writes}";
    }

    // The launches of the body's stages, each with the implementation that suits it best.
    private List<KernelLaunch> Rounds()
    {
        var options = environment.Options ?? PassOptions.Default;
        var inner = environment with
        {
            Layouts = _layouts,
            RepeatedBytes = _body.Shared.Where(v => !v.Type.IsPerSample).Sum(v => v.Type.SampleLength * KernelType.SizeOf(v.Type.Element)),
        };
        var table = new StageTable(target);
        var stages = Fuse.Run(_body.Graph, options.Runs(nameof(Fuse)), s => !table.Candidates(s, inner).IsEmpty);
        foreach (var value in stages.SelectMany(s => s.Outputs).Where(v => !_places.ContainsKey(v)))
            _places[value] = AddBuffer(value.Name, _layouts[value].Length * environment.ChunkSize, value.Type.Element);

        var loop = new LaunchLoop(_body.Steps);
        var launches = new List<KernelLaunch>();
        foreach (var plan in SelectImplementations.Run(stages, table, inner, options.ForcedCandidate).Select(p => p.Plan))
        {
            if (plan.Launches.Any(l => l.Loop is not null))
                throw new InvalidOperationException($"{stage}: a scan of scans has no launches on {target.Name}.");
            var first = _buffers.Count;
            _buffers.AddRange(plan.Buffers.Select(b => b with { Name = $"{stage.Name}.{b.Name}" }));
            _prepare.AddRange(plan.Prepare.Select(l => InPlan(l, first)));
            launches.AddRange(plan.Launches.Select(l => InPlan(l, first) with { Loop = loop }));
        }

        return launches;
    }

    // A launch of the body's with this plan's memory, the first of its own buffers at an index.
    private KernelLaunch InPlan(KernelLaunch launch, int first) => launch with
    {
        Arguments = [.. launch.Arguments.Select(a => a switch
        {
            LaunchArgument.OfValue value => _places[value.Value],
            LaunchArgument.OfBuffer buffer => new LaunchArgument.OfBuffer(first + buffer.Index),
            _ => a,
        })],
    };

    private void PlaceState(Value state, Value next)
    {
        var layout = target.LayoutOf(state.Type);
        _layouts[state] = _layouts[next] = layout;
        // Both places begin at a cache line.
        var size = KernelType.SizeOf(state.Type.Element);
        var place = (layout.Length * environment.ChunkSize * size + PlanMemory.Alignment - 1) / PlanMemory.Alignment
            * PlanMemory.Alignment / size;
        var buffer = AddBuffer(state.Name, 2 * place, state.Type.Element);
        _places[state] = new LaunchArgument.Moving(buffer, 0, place, Period: 2);
        _places[next] = new LaunchArgument.Moving(buffer, place, -place, Period: 2);
    }

    // Where a state lies in front of a round.
    private LaunchArgument StateAt(Value state, int round)
    {
        var place = (LaunchArgument.Moving)_places[state];
        return place.Offset(round) == 0 ? place.Memory : new LaunchArgument.Moving(place.Memory, place.Offset(round), 0);
    }

    private void PlaceElement(Value element, Value sequence)
    {
        var layout = environment.Layouts[sequence];
        _layouts[element] = layout.AtStep();
        var (first, step) = _body.IsReverse ? (_body.Steps - 1, -1) : (0, 1);
        _places[element] = new LaunchArgument.Moving(
            new LaunchArgument.OfValue(sequence), first * layout.Strides[1], step * layout.Strides[1]);
    }

    // Brings a state to its place before the first step, or from there after the last one.
    private void Copy(Value outer, Value state, LaunchArgument inside, bool toState)
    {
        var graph = new Graph();
        var source = graph.AddInput(toState ? outer.Name : state.Name, state.Type);
        var copy = graph.Add(Identity.Instance, toState ? $"{stage.Name}.{state.Name}.first" : $"{stage.Name}.{state.Name}.last", [source]);
        graph.AddOutput(copy.Name, copy.Result);
        var layouts = new Dictionary<Value, Layout>
        {
            [source] = toState ? environment.Layouts[outer] : _layouts[state],
            [copy.Result] = toState ? _layouts[state] : environment.Layouts[outer],
        };
        var plan = SelectImplementations.Run(
            Fuse.Run(graph), new StageTable(target), environment with { Layouts = layouts }).Single().Plan;
        var outside = new LaunchArgument.OfValue(outer);
        var launch = plan.Launches.Single();
        _launches.Add(launch with
        {
            Arguments = [.. launch.Arguments.Select(a =>
                a is not LaunchArgument.OfValue value ? a : value.Value == source == toState ? outside : inside)],
        });
    }

    private LaunchArgument.OfBuffer AddBuffer(string name, long length, ScalarKind element)
    {
        _buffers.Add(new PlanBuffer($"{stage.Name}.{name}", element, length, BufferLifetime.Scratch));
        return new LaunchArgument.OfBuffer(_buffers.Count - 1);
    }
}
