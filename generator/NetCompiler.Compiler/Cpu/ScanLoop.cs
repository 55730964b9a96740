using System.Globalization;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Recurrent;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Runs a scan as a loop over its steps: the body becomes stages and kernels as any graph does, once, and the loop calls them with
/// pointers that move along the sequences. A state has two places, of which one is read while the other is written.
/// </summary>
internal sealed class ScanLoop(CpuTarget target) : IImplementation
{
    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (stage.Anchor.Operator is Scan)
            yield return new Candidate(this, "scan", StageFacts.MultiplyAdds(stage) / (CpuTarget.MultiplyAddsPerCycle * target.Lanes));
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment) => new Lowering(target, stage, environment).Run();

    private sealed class Lowering(CpuTarget target, Stage stage, StageEnvironment environment)
    {
        private readonly ScanBody _body = ((Scan)stage.Anchor.Operator).Body;
        private readonly Dictionary<Value, Layout> _layouts = [];
        private readonly Dictionary<Value, Func<Moment, Expression>> _places = [];
        private readonly Dictionary<Value, Value> _shared = [];
        private readonly List<PlanBuffer> _buffers = [];
        private readonly List<KernelLaunch> _prepare = [];
        private readonly StageKernel _kernel = new(target.Lanes);

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
                (_layouts[inner], _shared[inner]) = (environment.Layouts[outer], outer);
                _places[inner] = _ => _kernel.Pointer(outer);
            }

            for (var i = 0; i < _body.Stacked.Length; i++)
            {
                if (stage.Outputs.Contains(node.Results[states + i]))
                    PlaceElement(_body.Stacked[i].Value, node.Results[states + i]);
            }

            var plans = Plans();
            for (var i = 0; i < states; i++)
                Copy(node.Inputs[i], _kernel.Pointer(node.Inputs[i]), _body.States[i], _places[_body.States[i]](new Moment(0, 0)), toState: true);
            var (first, step) = _body.IsReverse ? (_body.Steps - 1, -1) : (0, 1);
            _kernel.Builder.Loop("step", _body.Steps, round =>
            {
                var parity = _kernel.Builder.Let("parity", Index.Remainder(round, 2));
                var time = Index.Add(Constant.Index(first), Index.Scale(round, step));
                var moment = new Moment(time, parity);
                foreach (var (plan, buffers) in plans)
                {
                    foreach (var launch in plan.Plan.Launches)
                        _kernel.Builder.Add(new Call(launch.Kernel, [.. launch.Arguments.Select(a => Argument(launch, a, moment, buffers))]));
                }
            });
            for (var i = 0; i < states; i++)
            {
                if (stage.Outputs.Contains(node.Results[i]))
                {
                    var last = _places[_body.States[i]](new Moment(0, _body.Steps % 2));
                    Copy(node.Results[i], _kernel.Pointer(node.Results[i]), _body.States[i], last, toState: false);
                }
            }

            return new KernelPlan([.. _buffers], [.. _prepare], [_kernel.ToLaunch(stage.Name, Summary())]);
        }

        // The body's stages with the implementations that suit it best, each with the index of its first buffer among those of this plan.
        private List<(StagePlan Plan, int Buffers)> Plans()
        {
            var options = environment.Options ?? PassOptions.Default;
            var inner = environment with { Layouts = _layouts };
            var table = new StageTable(target);
            var stages = Fuse.Run(_body.Graph, options.Runs(nameof(Fuse)), s => !table.Candidates(s, inner).IsEmpty);
            foreach (var value in stages.SelectMany(s => s.Outputs).Where(v => !_places.ContainsKey(v)))
            {
                var buffer = AddBuffer(value.Name, _layouts[value].Length * environment.ChunkSize, value.Type.Element);
                _places[value] = _ => _kernel.Pointer(buffer, _buffers[buffer]);
            }

            var plans = new List<(StagePlan, int)>();
            foreach (var plan in SelectImplementations.Run(stages, table, inner, options.ForcedCandidate))
            {
                var buffers = _buffers.Count;
                plans.Add((plan, buffers));
                _buffers.AddRange(plan.Plan.Buffers.Select(b => b with { Name = $"{stage.Name}.{b.Name}" }));
                _prepare.AddRange(plan.Plan.Prepare.Select(l => l with { Arguments = [.. l.Arguments.Select(a => Outside(a, buffers))] }));
            }

            return plans;
        }

        private void PlaceState(Value state, Value next)
        {
            var layout = target.LayoutOf(state.Type);
            _layouts[state] = _layouts[next] = layout;
            // Both places begin at a cache line.
            var size = KernelType.SizeOf(state.Type.Element);
            var place = (layout.Length * environment.ChunkSize * size + PlanMemory.Alignment - 1) / PlanMemory.Alignment
                * PlanMemory.Alignment / size;
            var buffer = AddBuffer(state.Name, 2 * place, state.Type.Element);
            _places[state] = moment => Index.Add(_kernel.Pointer(buffer, _buffers[buffer]), Index.Scale(moment.Parity, place));
            _places[next] = moment => Index.Add(_kernel.Pointer(buffer, _buffers[buffer]),
                Index.Scale(Index.Subtract(Constant.Index(1), moment.Parity), place));
        }

        private void PlaceElement(Value element, Value sequence)
        {
            var layout = environment.Layouts[sequence];
            _layouts[element] = layout.AtStep();
            _places[element] = moment => Index.Add(_kernel.Pointer(sequence), Index.Scale(moment.Time, layout.Strides[1]));
        }

        // Brings a state to its place before the first step, or from there after the last one.
        private void Copy(Value outer, Expression outside, Value state, Expression inside, bool toState)
        {
            var graph = new Graph();
            var source = graph.AddInput(toState ? outer.Name : state.Name, state.Type);
            var copy = graph.Add(Identity.Instance, toState ? $"{stage.Name}.{state.Name}.first" : $"{stage.Name}.{state.Name}.last", [source]);
            var layouts = new Dictionary<Value, Layout>
            {
                [source] = toState ? environment.Layouts[outer] : _layouts[state],
                [copy.Result] = toState ? _layouts[state] : environment.Layouts[outer],
            };
            var plan = SelectImplementations.Run(
                Fuse.Run(Leaving(copy)), new StageTable(target), environment with { Layouts = layouts }).Single().Plan;
            var (from, to) = toState ? (outside, inside) : (inside, outside);
            var launch = plan.Launches.Single();
            _kernel.Builder.Add(new Call(launch.Kernel, [.. launch.Arguments.Select(a => a switch
            {
                LaunchArgument.OfValue value => value.Value == source ? from : to,
                LaunchArgument.OfNumber number => Number(launch, number.Number),
                _ => throw new InvalidOperationException(a.ToString()),
            })]));

            Graph Leaving(Node node)
            {
                graph.AddOutput(node.Name, node.Result);
                return graph;
            }
        }

        // Threads do not share the launches of a step, which are small and many.
        private Expression Number(KernelLaunch launch, LaunchNumber number) =>
            launch.Whole(number) is { } whole ? Constant.Index(whole) : _kernel.Number(number);

        private Expression Argument(KernelLaunch launch, LaunchArgument argument, Moment moment, int buffers) => argument switch
        {
            LaunchArgument.OfValue value => _places[value.Value](moment),
            LaunchArgument.OfBuffer buffer => _kernel.Pointer(buffers + buffer.Index, _buffers[buffers + buffer.Index]),
            LaunchArgument.OfNumber number => Number(launch, number.Number),
            _ => throw new InvalidOperationException(argument.ToString()),
        };

        // What a launch outside of the loop gets: weights are packed before it begins.
        private LaunchArgument Outside(LaunchArgument argument, int buffers) => argument switch
        {
            LaunchArgument.OfValue value => new LaunchArgument.OfValue(_shared[value.Value]),
            LaunchArgument.OfBuffer buffer => new LaunchArgument.OfBuffer(buffers + buffer.Index),
            _ => argument,
        };

        private int AddBuffer(string name, long length, ScalarKind element)
        {
            _buffers.Add(new PlanBuffer($"{stage.Name}.{name}", element, length, BufferLifetime.Scratch));
            return _buffers.Count - 1;
        }

        private string Summary()
        {
            var reads = string.Join(", ", stage.Inputs.Select(v => $"{v} {v.Type}"));
            var writes = string.Join(", ", stage.Outputs.Select(v => $"{v} {v.Type}"));
            var steps = _body.Steps.ToString(CultureInfo.InvariantCulture);
            return $"{stage.Name}: {steps} steps{(_body.IsReverse ? ", the last one first" : "")}\nreads {reads}\nwrites {writes}";
        }
    }

    // A step: which element of sequences it reads and writes, and which place of states it reads.
    private readonly record struct Moment(Expression Time, Expression Parity)
    {
        public Moment(long time, long parity)
            : this(Constant.Index(time), Constant.Index(parity))
        {
        }
    }
}
