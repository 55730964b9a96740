using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops.Recurrent;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Runs a scan as one kernel: a loop over its steps that calls the kernels of the body with pointers that move. Where samples have lengths
/// of their own, steps that none of the chunk has do not run. A scan of which a step is so much work that threads should share it is left
/// as launches in a loop.
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
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        var plan = new ScanLowering(target, stage, environment).Run();
        // Inside of another scan there are no launches to share.
        if (environment.RepeatedBytes is null && ((Scan)stage.Anchor.Operator).Lengths(stage.Anchor) is null
            && plan.Launches.Any(l => l.Loop is not null && l.IsShared))
        {
            return plan;
        }

        var kernel = new StageKernel(target.Lanes);
        foreach (var (loop, launches) in LaunchLoop.Group(plan.Launches, l => l))
        {
            if (loop is null)
            {
                Call(launches, Constant.Index(0));
                continue;
            }

            var (first, end) = Rounds(stage, environment, kernel);
            kernel.Builder.Loop("step", first, end, 1, round => Call(launches, round));
        }

        return new KernelPlan(plan.Buffers, plan.Prepare, [kernel.ToLaunch(stage.Name, ScanLowering.Summary(stage))]);

        void Call(ImmutableArray<KernelLaunch> launches, Expression round)
        {
            foreach (var launch in launches)
                kernel.Builder.Add(new Call(launch.Kernel, [.. launch.Arguments.Select(a => Argument(launch, a, round))]));
        }

        Expression Argument(KernelLaunch launch, LaunchArgument argument, Expression round)
        {
            if (argument is LaunchArgument.OfConstant constant)
                return Constant.Index(constant.Value);
            if (argument is LaunchArgument.OfNumber { Number: LaunchNumber.Round })
                return round;
            // Nobody shares the launches of these steps.
            if (argument is LaunchArgument.OfNumber { Number: var number } && launch.Whole(number) is { } whole)
                return Constant.Index(whole);
            return argument is LaunchArgument.Moving moving
                ? Index.Add(kernel.Parameter(moving.Memory, plan.Buffers), moving.At(round))
                : kernel.Parameter(argument, plan.Buffers);
        }
    }

    // The rounds that run: all but an even number, so that states end where they would, of those that no sample has. What is stacked is 0
    // there.
    private (Expression First, Expression End) Rounds(Stage stage, StageEnvironment environment, StageKernel kernel)
    {
        var scan = (Scan)stage.Anchor.Operator;
        var (body, steps) = (scan.Body, Constant.Index(scan.Body.Steps));
        var stacked = stage.Outputs.Where(v => v.ResultIndex >= body.States.Length).ToList();
        if (scan.Lengths(stage.Anchor) is not { } lengths
            || stacked.Any(v => environment.Layouts[v].Strides[1] * body.Steps != environment.Layouts[v].Length))
        {
            return (Constant.Index(0), steps);
        }

        var b = kernel.Builder;
        var count = kernel.Number(LaunchNumber.Count);
        var longest = b.Declare("longest", Constant.Index(0));
        b.Loop("n", Constant.Index(0), count, 1, n => b.Add(new Assign(longest, Index.Max(longest, new Conversion(
            new Load(kernel.Pointer(lengths), Index.Scale(n, environment.Layouts[lengths].Length)), ScalarKind.I64)))));
        var skipped = b.Let("skipped", Index.Scale(Index.Divide(Index.Subtract(steps, longest), 2), 2));
        var run = b.Let("run", Index.Subtract(steps, skipped));
        foreach (var value in stacked)
        {
            var layout = environment.Layouts[value];
            var lanes = layout.Strides[1] % target.Lanes == 0 ? target.Lanes : 1;
            b.Loop("n", Constant.Index(0), count, 1, n =>
            {
                var sample = b.Let("sample", Index.Scale(n, layout.Length));
                b.Loop("i", Index.Scale(run, layout.Strides[1]), Constant.Index(layout.Length), lanes, i => b.Add(new Store(
                    kernel.Pointer(value), Index.Add(sample, i), new Constant(new KernelType(value.Type.Element, lanes), 0))));
            });
        }

        return body.IsReverse ? (skipped, steps) : (Constant.Index(0), run);
    }
}
