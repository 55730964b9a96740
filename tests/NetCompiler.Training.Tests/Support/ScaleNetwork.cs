using NetCompiler.Runtime;

namespace NetCompiler.Training.Tests.Support;

/// <summary>
/// Layers that each multiply a number by their weight, one after the other, with the mean squared error: a network whose floats
/// overflow in the layer that a test chooses. Each layer adds up what it sees in a parameter that is not trained, as running
/// statistics are.
/// </summary>
internal sealed class ScaleNetwork : Network
{
    private readonly int _count;

    public ScaleNetwork(params float[] weights)
        : base(Describe(weights.Length))
    {
        _count = weights.Length;
        for (var i = 0; i < _count; i++)
            Weight(i + 1) = weights[i];
    }

    /// <summary>In training only, a value is scaled by so much as well: what statistics of a batch may do.</summary>
    public float TrainingFactor { get; init; } = 1f;

    public ref float Weight(int layer) => ref Parameter($"scale{layer}.weight").Values[0];

    public float Seen(int layer) => Parameter($"scale{layer}.seen").Values[0];

    protected override CompiledPass CreatePredictPass(int vectorBits) => new Pass(_count, keepsAll: false, isTraining: false, 1f);

    protected override CompiledPass CreateInspectPass(int vectorBits) => new Pass(_count, keepsAll: true, isTraining: false, 1f);

    protected override CompiledPass? CreateTrainPass(int vectorBits) => new Pass(_count, keepsAll: false, isTraining: true, TrainingFactor);

    private static NetworkDescription Describe(int count) => new(
        "ScaleNetwork",
        [new TensorInfo("input", ElementType.Float32, [1])],
        [new TensorInfo("output", ElementType.Float32, [1])],
        [
            .. Enumerable.Range(0, count).SelectMany(i => new[]
            {
                new ParameterInfo($"scale{i + 1}.weight", [1], 2 * i, Initializer.Ones, 1, 1, Trainable: true),
                new ParameterInfo($"scale{i + 1}.seen", [1], 2 * i + 1, Initializer.Zeros, 1, 1, Trainable: false),
            }),
        ],
        [.. Enumerable.Range(0, count).Select(i => new LayerInfo($"scale{i + 1}", "Scale", [1], 2, 1, 1, 1, 4))],
        NetCompiler.Loss.MeanSquaredError,
        [128]);

    private sealed unsafe class Pass(int count, bool keepsAll, bool isTraining, float factor) : CompiledPass
    {
        private static readonly TensorInfo s_number = new("number", ElementType.Float32, [1]);

        public override PassInfo Info { get; } = new(
            isTraining ? [s_number, s_number] : [s_number],
            isTraining ? [s_number, s_number]
                : keepsAll ? [.. Enumerable.Range(1, count).Select(i => new TensorInfo($"scale{i}", ElementType.Float32, [1]))]
                : [s_number],
            [new StepInfo(StepKind.Once)],
            1, 0, 0, 0, 0, 0, 0);

        public override void Run(int step, in PassArguments a)
        {
            if (isTraining)
                new Span<float>(a.Gradients, 2 * count).Clear();
            for (nint n = 0; n < a.BatchSize; n++)
            {
                var values = new float[count + 1];
                values[0] = ((float*)a.Inputs[0])[n];
                for (var i = 0; i < count; i++)
                {
                    values[i + 1] = a.Parameters[2 * i] * values[i];
                    if (isTraining)
                        a.Parameters[2 * i + 1] += values[i + 1];
                    if (keepsAll || i == count - 1)
                        ((float*)a.Outputs[keepsAll ? i : 0])[n] = values[i + 1];
                }
                if (isTraining)
                    Learn(a, n, values);
            }
        }

        private void Learn(in PassArguments a, nint n, float[] values)
        {
            var difference = values[count] * factor - ((float*)a.Inputs[1])[n];
            ((float*)a.Outputs[1])[n] = difference * difference;
            var slope = 2 * difference * factor / a.BatchSize;
            for (var i = count - 1; i >= 0; i--)
            {
                a.Gradients[2 * i] += slope * values[i];
                slope *= a.Parameters[2 * i];
            }
        }
    }
}
