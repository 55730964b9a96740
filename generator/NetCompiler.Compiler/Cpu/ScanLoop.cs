using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops.Recurrent;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>Runs a scan as one kernel: a loop over its steps that calls the kernels of the body with pointers that move.</summary>
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
        var kernel = new StageKernel(target.Lanes);
        foreach (var (loop, launches) in LaunchLoop.Group(plan.Launches, l => l))
        {
            if (loop is null)
                Call(launches, Constant.Index(0), Constant.Index(0));
            else
                kernel.Builder.Loop("step", loop.Rounds, round => Call(launches, round, kernel.Builder.Let("parity", Index.Remainder(round, 2))));
        }

        return new KernelPlan(plan.Buffers, plan.Prepare, [kernel.ToLaunch(stage.Name, ScanLowering.Summary(stage))]);

        void Call(ImmutableArray<KernelLaunch> launches, Expression round, Expression parity)
        {
            foreach (var launch in launches)
                kernel.Builder.Add(new Call(launch.Kernel, [.. launch.Arguments.Select(a => Argument(a, round, parity))]));
        }

        Expression Argument(LaunchArgument argument, Expression round, Expression parity)
        {
            if (argument is not LaunchArgument.Moving moving)
                return kernel.Parameter(argument, plan.Buffers);
            var counter = moving.Period switch
            {
                0 => round,
                2 => parity,
                _ => Index.Remainder(round, moving.Period),
            };
            return Index.Add(kernel.Parameter(moving.Memory, plan.Buffers),
                Index.Add(Index.Scale(counter, moving.Step), Constant.Index(moving.First)));
        }
    }
}
