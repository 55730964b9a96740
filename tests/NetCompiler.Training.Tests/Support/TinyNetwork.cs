using NetCompiler.Runtime;

namespace NetCompiler.Training.Tests.Support;

/// <summary>
/// A dense layer and its loss, written by hand in plain loops: softmax, logistic or linear regression. It drops a quarter of the
/// inputs in training, so that the seeds of steps matter, and counts the samples that it has seen in a parameter that no optimiser
/// may touch.
/// </summary>
internal sealed class TinyNetwork : Network
{
    public const int Chunk = 4;
    public const int Lanes = 3;

    private readonly Shape _shape;

    public TinyNetwork(
        Loss? loss = NetCompiler.Loss.CrossEntropy,
        int inputs = 6,
        int outputs = 3,
        ElementType type = ElementType.Float32,
        ulong seed = 1,
        int[]? inputShape = null)
        : base(Describe(loss, inputs, outputs, type, inputShape ?? [inputs]), seed) =>
        _shape = new Shape(loss, inputs, outputs, type, inputShape ?? [inputs]);

    public float Seen => Parameter("counter.seen").Values[0];

    protected override CompiledPass CreatePredictPass(int vectorBits) => new PredictPass(_shape);

    protected override CompiledPass CreateInspectPass(int vectorBits) => new PredictPass(_shape);

    protected override CompiledPass? CreateTrainPass(int vectorBits) => _shape.Loss is null ? null : new TrainPass(_shape);

    protected override CompiledPass? CreateLossPass(int vectorBits) => _shape.Loss is null ? null : new LossPass(_shape);

    private static NetworkDescription Describe(Loss? loss, int inputs, int outputs, ElementType type, int[] inputShape)
    {
        var activation = ActivationOf(loss);
        var weights = inputs * outputs;
        var layers = new List<LayerInfo> { new("dense1", "Dense", [outputs], weights + outputs, weights, weights, 1, 4 * outputs) };
        if (activation.Length > 0)
            layers.Add(new LayerInfo(activation.ToLowerInvariant() + "1", activation, [outputs], 0, 0, 0, 1, 4 * outputs));
        // The bias begins on a line of its own, so that the arena has a gap.
        var bias = (weights + 15) / 16 * 16;
        return new NetworkDescription(
            "TinyNetwork",
            [new TensorInfo("input", type, inputShape)],
            [new TensorInfo("output", ElementType.Float32, [outputs])],
            [
                new ParameterInfo("dense1.weight", [outputs, inputs], 0, Initializer.GlorotUniform, inputs, outputs, Trainable: true),
                new ParameterInfo("dense1.bias", [outputs], bias, Initializer.Zeros, inputs, outputs, Trainable: true),
                new ParameterInfo("counter.seen", [1], bias + (outputs + 15) / 16 * 16, Initializer.Ones, 1, 1, Trainable: false),
            ],
            layers,
            loss,
            [128]);
    }

    private static string ActivationOf(Loss? loss) => loss switch
    {
        NetCompiler.Loss.CrossEntropy => "Softmax",
        NetCompiler.Loss.BinaryCrossEntropy => "Sigmoid",
        _ => "",
    };

    private sealed record Shape(Loss? Loss, int Inputs, int Outputs, ElementType Type, int[] InputShape)
    {
        public int BiasOffset => (Inputs * Outputs + 15) / 16 * 16;

        public int CounterOffset => BiasOffset + (Outputs + 15) / 16 * 16;

        public int LaneFloats => CounterOffset;

        public unsafe float Input(in PassArguments a, nint sample, int i) => Type == ElementType.UInt8
            ? a.Inputs[0][sample * Inputs + i] / 255f
            : ((float*)a.Inputs[0])[sample * Inputs + i];

        public unsafe float* Output(in PassArguments a, nint sample) => (float*)a.Outputs[0] + sample * Outputs;

        public unsafe void Predict(in PassArguments a, nint sample, Func<nint, int, uint, float>? mask)
        {
            var output = Output(a, sample);
            for (var o = 0; o < Outputs; o++)
            {
                var sum = a.Parameters[BiasOffset + o];
                for (var i = 0; i < Inputs; i++)
                    sum += a.Parameters[o * Inputs + i] * Input(a, sample, i) * (mask?.Invoke(sample, i, a.Seed) ?? 1f);
                output[o] = sum;
            }
            var values = new Span<float>(output, Outputs);
            if (Loss == NetCompiler.Loss.CrossEntropy)
                Softmax(values);
            else if (Loss == NetCompiler.Loss.BinaryCrossEntropy)
                Sigmoid(values);
        }

        public float LossOf(float output, float target) => Loss switch
        {
            NetCompiler.Loss.CrossEntropy => target > 0 ? -MathF.Log(output) : 0f,
            NetCompiler.Loss.BinaryCrossEntropy => -(target * MathF.Log(output) + (1 - target) * MathF.Log(1 - output)) / Outputs,
            _ => (output - target) * (output - target) / Outputs,
        };

        public unsafe float Target(byte* targets, nint sample, int o) => Loss == NetCompiler.Loss.CrossEntropy
            ? ((int*)targets)[sample] == o ? 1f : 0f
            : ((float*)targets)[sample * Outputs + o];

        private static void Softmax(Span<float> values)
        {
            var (largest, sum) = (values[Accuracy.ArgMax(values)], 0f);
            foreach (ref var value in values)
                sum += value = MathF.Exp(value - largest);
            foreach (ref var value in values)
                value /= sum;
        }

        private static void Sigmoid(Span<float> values)
        {
            foreach (ref var value in values)
                value = 1 / (1 + MathF.Exp(-value));
        }
    }

    private sealed class PredictPass(Shape shape) : CompiledPass
    {
        public override PassInfo Info { get; } = new(
            [new TensorInfo("input", shape.Type, shape.InputShape)],
            [new TensorInfo("output", ElementType.Float32, [shape.Outputs])],
            [new StepInfo(StepKind.Chunks)],
            Chunk, 0, 0, 0, 0, 0, 0);

        public override void Run(int step, in PassArguments arguments)
        {
            for (nint n = 0; n < arguments.Count; n++)
                shape.Predict(arguments, arguments.First + n, mask: null);
        }
    }

    private sealed unsafe class TrainPass(Shape shape) : CompiledPass
    {
        private static readonly Func<nint, int, uint, float> s_mask = Mask;

        public override PassInfo Info { get; } = new(
            [
                new TensorInfo("input", shape.Type, shape.InputShape),
                shape.Loss == NetCompiler.Loss.CrossEntropy
                    ? new TensorInfo("target", ElementType.Int32, [])
                    : new TensorInfo("target", ElementType.Float32, [shape.Outputs]),
            ],
            [new TensorInfo("output", ElementType.Float32, [shape.Outputs]), new TensorInfo("loss", ElementType.Float32, [])],
            [new StepInfo(StepKind.Chunks, ClearsLanes: true), new StepInfo(StepKind.Once)],
            Chunk, Lanes, 0, shape.LaneFloats * sizeof(float), 0, 0, 0);

        public override void Run(int step, in PassArguments arguments)
        {
            if (step == 0)
            {
                for (nint n = 0; n < arguments.Count; n++)
                    Learn(arguments, arguments.First + n);
                return;
            }
            for (var i = 0; i < shape.LaneFloats; i++)
            {
                var sum = 0f;
                for (var lane = 0; lane < Lanes; lane++)
                    sum += ((float*)arguments.Lanes)[lane * shape.LaneFloats + i];
                arguments.Gradients[i] = sum / arguments.BatchSize;
            }
            arguments.Parameters[shape.CounterOffset] += arguments.BatchSize;
        }

        private static float Mask(nint sample, int input, uint seed)
        {
            var random = new RandomStream(seed ^ ((ulong)sample << 40) ^ ((ulong)input << 32));
            return random.NextDouble() < 0.25 ? 0f : 1f / 0.75f;
        }

        private void Learn(in PassArguments a, nint sample)
        {
            shape.Predict(a, sample, s_mask);
            var output = shape.Output(a, sample);
            var gradients = (float*)a.Lanes;
            var loss = 0f;
            for (var o = 0; o < shape.Outputs; o++)
            {
                var target = shape.Target(a.Inputs[1], sample, o);
                var difference = output[o] - target;
                loss += shape.LossOf(output[o], target);
                var slope = shape.Loss switch
                {
                    NetCompiler.Loss.CrossEntropy => difference,
                    NetCompiler.Loss.BinaryCrossEntropy => difference / shape.Outputs,
                    _ => 2 * difference / shape.Outputs,
                };
                gradients[shape.BiasOffset + o] += slope;
                for (var i = 0; i < shape.Inputs; i++)
                    gradients[o * shape.Inputs + i] += slope * shape.Input(a, sample, i) * Mask(sample, i, a.Seed);
            }
            ((float*)a.Outputs[1])[sample] = loss;
        }
    }

    private sealed unsafe class LossPass(Shape shape) : CompiledPass
    {
        public override PassInfo Info { get; } = new(
            [new TensorInfo("output", ElementType.Float32, [shape.Outputs]), .. new TrainPass(shape).Info.Inputs],
            [new TensorInfo("loss", ElementType.Float32, [])],
            [new StepInfo(StepKind.Chunks)],
            Chunk, 0, 0, 0, 0, 0, 0);

        public override void Run(int step, in PassArguments a)
        {
            for (var n = a.First; n < a.First + a.Count; n++)
            {
                var loss = 0f;
                for (var o = 0; o < shape.Outputs; o++)
                    loss += shape.LossOf(((float*)a.Inputs[0])[n * shape.Outputs + o], shape.Target(a.Inputs[2], n, o));
                ((float*)a.Outputs[0])[n] = loss;
            }
        }
    }
}
