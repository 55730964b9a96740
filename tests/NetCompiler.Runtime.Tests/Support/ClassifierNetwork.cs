namespace NetCompiler.Runtime.Tests.Support;

/// <summary>
/// Takes bytes, "predicts" its input, and counts its training steps in a parameter that is not trainable, as running statistics are.
/// </summary>
internal sealed unsafe class ClassifierNetwork() : Network(Describe(), seed: 0)
{
    public const int Classes = 3;

    private static readonly TensorInfo s_input = new("image", ElementType.UInt8, [Classes]);
    private static readonly TensorInfo s_output = new("classes", ElementType.Float32, [Classes]);
    private static readonly TensorInfo s_label = new("label", ElementType.Int32, []);
    private static readonly TensorInfo s_loss = new("loss", ElementType.Float32, []);

    protected override CompiledPass CreatePredictPass(int vectorBits) =>
        new ProbePass(
            new PassInfo([s_input], [s_output], [new StepInfo(StepKind.Chunks)], 2, 0, 0, 0, 0, 0, 0),
            (int _, in PassArguments arguments) => Copy(in arguments));

    protected override CompiledPass? CreateTrainPass(int vectorBits) =>
        new ProbePass(
            new PassInfo(
                [s_input, s_label],
                [s_output, s_loss],
                [new StepInfo(StepKind.Chunks), new StepInfo(StepKind.Once)],
                ChunkSize: 2,
                Lanes: 0,
                ChunkBytes: 0,
                LaneBytes: 0,
                BatchBytes: 0,
                SharedBytes: 0,
                DerivedBytes: 0),
            (int step, in PassArguments arguments) =>
            {
                if (step == 0)
                    Copy(in arguments);
                else
                    arguments.Parameters[0] += 1;
            });

    protected override CompiledPass CreateInspectPass(int vectorBits) => CreatePredictPass(vectorBits);

    private static NetworkDescription Describe() => new(
        nameof(ClassifierNetwork),
        [s_input],
        [s_output],
        [new ParameterInfo("steps", [1], 0, Initializer.Zeros, 1, 1, Trainable: false)],
        [new LayerInfo("classes", "Identity", [Classes], 1, 0, 0, 1, 12)],
        Loss.CrossEntropy,
        [128]);

    private static void Copy(in PassArguments arguments)
    {
        for (var n = arguments.First; n < arguments.First + arguments.Count; n++)
        {
            for (var c = 0; c < Classes; c++)
                ((float*)arguments.Outputs[0])[n * Classes + c] = arguments.Inputs[0][n * Classes + c];
            if (arguments.Gradients != null)
                ((float*)arguments.Outputs[1])[n] = ((int*)arguments.Inputs[1])[n];
        }
    }
}
