namespace NetCompiler.Runtime.Tests.Support;

/// <summary>
/// y = relu(W x + b) with the mean squared error, as the compiler would emit it: parameters are packed (transposed) by prepare
/// steps, the batch runs in chunks, gradients are summed in lanes, and the training pass keeps a value of the whole batch.
/// </summary>
internal sealed class DenseNetwork(ulong seed = 0, Loss? loss = Loss.MeanSquaredError) : Network(Describe(loss), seed)
{
    public const int In = 5;
    public const int Out = 3;
    public const int BiasOffset = 16;

    public static readonly TensorInfo Input = new("x", ElementType.Float32, [In]);
    public static readonly TensorInfo Output = new("y", ElementType.Float32, [Out]);

    private int _prepared;

    /// <summary>How often parameters have been packed for prediction.</summary>
    public int Prepared => Volatile.Read(ref _prepared);

    public static NetworkDescription Describe(Loss? loss = Loss.MeanSquaredError) => new(
        nameof(DenseNetwork),
        [Input],
        [Output],
        [
            new ParameterInfo("dense1.weight", [Out, In], 0, Initializer.HeNormal, In, Out, Trainable: true),
            new ParameterInfo("dense1.bias", [Out], BiasOffset, Initializer.Zeros, In, Out, Trainable: true),
        ],
        [
            new LayerInfo("dense1", "Dense", [Out], 18, 15, 15, 1, 12),
            new LayerInfo("relu1", "Relu", [Out], 0, 0, 0, 1, 12),
        ],
        loss,
        [512, 256, 128]);

    /// <summary>The network's output, computed the plain way, in the order of the pass.</summary>
    public float[] Reference(ReadOnlySpan<float> samples, bool withRelu = true)
    {
        var weight = Parameter("dense1.weight");
        var bias = Parameter("dense1.bias");
        var outputs = new float[samples.Length / In * Out];
        for (var n = 0; n < samples.Length / In; n++)
        {
            for (var o = 0; o < Out; o++)
            {
                var sum = bias[o];
                for (var i = 0; i < In; i++)
                    sum += samples[n * In + i] * weight[o, i];
                outputs[n * Out + o] = withRelu ? Math.Max(sum, 0) : sum;
            }
        }

        return outputs;
    }

    protected override CompiledPass CreatePredictPass(int vectorBits) =>
        new DensePredictPass(() => Interlocked.Increment(ref _prepared));

    protected override CompiledPass? CreateTrainPass(int vectorBits) => new DenseTrainPass();

    protected override CompiledPass CreateInspectPass(int vectorBits) => new DenseInspectPass();
}
