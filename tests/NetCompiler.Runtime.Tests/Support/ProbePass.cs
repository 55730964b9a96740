namespace NetCompiler.Runtime.Tests.Support;

/// <summary>A pass whose steps are whatever a test wants them to be.</summary>
internal sealed class ProbePass(PassInfo info, ProbePass.Body body) : CompiledPass
{
    public delegate void Body(int step, in PassArguments arguments);

    public override PassInfo Info => info;

    public static PassInfo Describe(
        IReadOnlyList<StepInfo> steps,
        int chunkSize = 4,
        int lanes = 0,
        long chunkBytes = 0,
        long laneBytes = 0,
        long batchBytes = 0,
        long sharedBytes = 0,
        long derivedBytes = 0) =>
        new(
            [new TensorInfo("x", ElementType.Float32, [1])],
            [new TensorInfo("y", ElementType.Float32, [1])],
            steps,
            chunkSize,
            lanes,
            chunkBytes,
            laneBytes,
            batchBytes,
            sharedBytes,
            derivedBytes);

    public override void Run(int step, in PassArguments arguments) => body(step, in arguments);
}
