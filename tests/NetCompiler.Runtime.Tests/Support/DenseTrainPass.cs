namespace NetCompiler.Runtime.Tests.Support;

internal sealed unsafe class DenseTrainPass : CompiledPass
{
    private const int In = DenseNetwork.In;
    private const int Out = DenseNetwork.Out;
    private const int LaneCount = 3;
    private const int LaneFloats = 32;

    public override PassInfo Info { get; } = new(
        [DenseNetwork.Input, new TensorInfo("target", ElementType.Float32, [Out])],
        [DenseNetwork.Output, new TensorInfo("loss", ElementType.Float32, [])],
        [
            new StepInfo(StepKind.Prepare, Parts: 2),
            new StepInfo(StepKind.Chunks),
            new StepInfo(StepKind.Chunks, ClearsLanes: true),
            new StepInfo(StepKind.Once, Parts: 2),
        ],
        ChunkSize: 4,
        Lanes: LaneCount,
        ChunkBytes: 0,
        LaneBytes: LaneFloats * sizeof(float),
        BatchBytes: Out * sizeof(float),
        SharedBytes: 0,
        DerivedBytes: 128)
    {
        Stages =
        [
            new StageInfo("pack", "Pack", 0),
            new StageInfo("forward", "Dense", In * Out),
            new StageInfo("backward", "DenseGradient", In * Out),
            new StageInfo("never", "Nothing", 1),
        ],
    };

    public override void RunTimed(int step, in PassArguments arguments, StageClock clock)
    {
        Run(step, in arguments);
        clock.Lap(Math.Min(step, 2));
    }

    public override void Run(int step, in PassArguments arguments)
    {
        switch (step)
        {
            case 0:
                DenseKernels.Pack(in arguments);
                break;
            case 1:
                Forward(in arguments);
                break;
            case 2:
                Backward(in arguments);
                break;
            default:
                AddLanes(in arguments);
                break;
        }
    }

    private static void Forward(in PassArguments arguments)
    {
        var first = arguments.First;
        var x = (float*)arguments.Inputs[0] + first * In;
        var target = (float*)arguments.Inputs[1] + first * Out;
        var y = (float*)arguments.Outputs[0] + first * Out;
        var loss = (float*)arguments.Outputs[1] + first;
        var delta = (float*)arguments.Batch + first * Out;
        DenseKernels.Linear(x, (float*)arguments.Derived, y, arguments.Count);
        for (nint n = 0; n < arguments.Count; n++)
        {
            loss[n] = 0;
            for (var o = 0; o < Out; o++)
            {
                var at = n * Out + o;
                var isOn = y[at] > 0;
                y[at] = isOn ? y[at] : 0;
                var difference = y[at] - target[at];
                loss[n] += difference * difference / Out;
                delta[at] = isOn ? 2 * difference / Out / arguments.BatchSize : 0;
            }
        }
    }

    private static void Backward(in PassArguments arguments)
    {
        var x = (float*)arguments.Inputs[0] + arguments.First * In;
        var delta = (float*)arguments.Batch + arguments.First * Out;
        var lane = (float*)arguments.Lanes;
        for (nint n = 0; n < arguments.Count; n++)
        {
            for (var o = 0; o < Out; o++)
            {
                for (var i = 0; i < In; i++)
                    lane[o * In + i] += delta[n * Out + o] * x[n * In + i];
                lane[DenseNetwork.BiasOffset + o] += delta[n * Out + o];
            }
        }
    }

    private static void AddLanes(in PassArguments arguments)
    {
        var (begin, end) = arguments.Part == 0 ? (0, Out * In) : (DenseNetwork.BiasOffset, DenseNetwork.BiasOffset + Out);
        for (var i = begin; i < end; i++)
        {
            var sum = 0f;
            for (var lane = 0; lane < LaneCount; lane++)
                sum += ((float*)arguments.Lanes)[lane * LaneFloats + i];
            arguments.Gradients[i] = sum;
        }
    }
}
