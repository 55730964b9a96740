namespace NetCompiler.Runtime.Tests.Support;

internal sealed unsafe class DensePredictPass(Action prepared) : CompiledPass
{
    public override PassInfo Info { get; } = new(
        [DenseNetwork.Input],
        [DenseNetwork.Output],
        [new StepInfo(StepKind.Prepare, Parts: 2), new StepInfo(StepKind.Chunks)],
        ChunkSize: 4,
        Lanes: 0,
        ChunkBytes: 4 * DenseNetwork.Out * sizeof(float),
        LaneBytes: 0,
        BatchBytes: 0,
        SharedBytes: 0,
        DerivedBytes: 128)
    {
        Stages = [new StageInfo("dense1", "Dense → BiasAdd", DenseNetwork.In * DenseNetwork.Out), new StageInfo("relu1", "Relu", 0)],
    };

    public override void Run(int step, in PassArguments arguments) => Run(step, in arguments, default(NoClock));

    public override void RunTimed(int step, in PassArguments arguments, StageClock clock) => Run(step, in arguments, clock);

    private void Run<TClock>(int step, in PassArguments arguments, TClock clock)
        where TClock : struct, IStageClock
    {
        if (step == 0)
        {
            DenseKernels.Pack(in arguments);
            if (arguments.Part == 0)
                prepared();
            return;
        }

        var x = (float*)arguments.Inputs[0] + arguments.First * DenseNetwork.In;
        var y = (float*)arguments.Outputs[0] + arguments.First * DenseNetwork.Out;
        var sums = (float*)arguments.Chunk;
        DenseKernels.Linear(x, (float*)arguments.Derived, sums, arguments.Count);
        clock.Lap(0);
        for (nint i = 0; i < arguments.Count * DenseNetwork.Out; i++)
            y[i] = Math.Max(sums[i], 0);
        clock.Lap(1);
    }
}
