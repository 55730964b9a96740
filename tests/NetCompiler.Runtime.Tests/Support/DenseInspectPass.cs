namespace NetCompiler.Runtime.Tests.Support;

internal sealed unsafe class DenseInspectPass : CompiledPass
{
    public override PassInfo Info { get; } = new(
        [DenseNetwork.Input],
        [DenseNetwork.Output with { Name = "dense1" }, DenseNetwork.Output with { Name = "relu1" }],
        [new StepInfo(StepKind.Prepare, Parts: 2), new StepInfo(StepKind.Chunks)],
        ChunkSize: 4,
        Lanes: 0,
        ChunkBytes: 0,
        LaneBytes: 0,
        BatchBytes: 0,
        SharedBytes: 0,
        DerivedBytes: 128);

    public override void Run(int step, in PassArguments arguments)
    {
        if (step == 0)
        {
            DenseKernels.Pack(in arguments);
            return;
        }

        var x = (float*)arguments.Inputs[0] + arguments.First * DenseNetwork.In;
        var dense = (float*)arguments.Outputs[0] + arguments.First * DenseNetwork.Out;
        var relu = (float*)arguments.Outputs[1] + arguments.First * DenseNetwork.Out;
        DenseKernels.Linear(x, (float*)arguments.Derived, dense, arguments.Count);
        for (nint i = 0; i < arguments.Count * DenseNetwork.Out; i++)
            relu[i] = Math.Max(dense[i], 0);
    }
}
