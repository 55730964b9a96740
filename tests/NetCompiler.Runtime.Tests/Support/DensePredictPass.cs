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
        DerivedBytes: 128);

    public override void Run(int step, in PassArguments arguments)
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
        for (nint i = 0; i < arguments.Count * DenseNetwork.Out; i++)
            y[i] = Math.Max(sums[i], 0);
    }
}
