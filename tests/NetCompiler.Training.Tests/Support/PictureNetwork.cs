using NetCompiler.Runtime;
using NetCompiler.Training.Data;

namespace NetCompiler.Training.Tests.Support;

/// <summary>
/// A convolution whose three filters are as large as the pictures of 4 × 4 bytes, and a softmax, written by hand in plain loops: a filter
/// for each class. It does not train.
/// </summary>
internal sealed class PictureNetwork() : Network(
    new NetworkDescription(
        "PictureNetwork",
        [new TensorInfo("input", ElementType.UInt8, [1, Side, Side])],
        [new TensorInfo("output", ElementType.Float32, [Classes])],
        [
            new ParameterInfo(
                "conv1.weight", [Classes, 1, Side, Side], 0, Initializer.GlorotUniform, Side * Side, Side * Side, Trainable: true),
        ],
        [
            new LayerInfo("conv1", "Conv", [Classes, 1, 1], Classes * Side * Side, Classes * Side * Side, Classes * Side * Side, Side, 12),
            new LayerInfo("softmax1", "Softmax", [Classes], 0, 0, 0, Side, 12),
        ],
        Loss: null,
        [128]),
    seed: 1)
{
    public const int Side = 4;
    public const int Classes = 3;

    /// <summary>Pictures at random, with labels.</summary>
    public static InMemoryDataset Data(int count)
    {
        var random = new RandomStream(7);
        var samples = new byte[count * Side * Side];
        foreach (ref var sample in samples.AsSpan())
            sample = (byte)random.NextInt32(256);
        return InMemoryDataset.FromBytes(samples, [1, Side, Side], [.. Enumerable.Range(0, count).Select(_ => random.NextInt32(Classes))]);
    }

    protected override CompiledPass CreatePredictPass(int vectorBits) => new Pass(false);

    protected override CompiledPass CreateInspectPass(int vectorBits) => new Pass(true);

    private sealed unsafe class Pass(bool inspects) : CompiledPass
    {
        public override PassInfo Info { get; } = new(
            [new TensorInfo("input", ElementType.UInt8, [1, Side, Side])],
            inspects
                ? [
                    new TensorInfo("conv1", ElementType.Float32, [Classes, 1, 1]),
                    new TensorInfo("softmax1", ElementType.Float32, [Classes]),
                ]
                : [new TensorInfo("output", ElementType.Float32, [Classes])],
            [new StepInfo(StepKind.Chunks)],
            4, 0, 0, 0, 0, 0, 0);

        public override void Run(int step, in PassArguments arguments)
        {
            Span<float> scores = stackalloc float[Classes];
            for (var n = arguments.First; n < arguments.First + arguments.Count; n++)
            {
                var total = 0f;
                for (var c = 0; c < Classes; c++)
                {
                    scores[c] = 0;
                    for (var i = 0; i < Side * Side; i++)
                        scores[c] += arguments.Parameters[c * Side * Side + i] * arguments.Inputs[0][n * Side * Side + i] / 100f;
                    total += MathF.Exp(scores[c]);
                }
                for (var c = 0; c < Classes; c++)
                {
                    if (inspects)
                        ((float*)arguments.Outputs[0])[n * Classes + c] = scores[c];
                    ((float*)arguments.Outputs[inspects ? 1 : 0])[n * Classes + c] = MathF.Exp(scores[c]) / total;
                }
            }
        }
    }
}
