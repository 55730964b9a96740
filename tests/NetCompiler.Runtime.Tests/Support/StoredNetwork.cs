namespace NetCompiler.Runtime.Tests.Support;

/// <summary>Parameters and layers of any network, to be saved and loaded; it computes nothing.</summary>
internal sealed class StoredNetwork(NetworkDescription description, ulong seed = 0) : Network(description, seed)
{
    /// <summary>Two convolutions and a dense layer, with an input of bytes.</summary>
    public static NetworkDescription Convolutions { get; } = new(
        "Convolutions",
        [new TensorInfo("image", ElementType.UInt8, [2, 8, 8])],
        [new TensorInfo("dense1", ElementType.Float32, [3])],
        [
            new ParameterInfo("conv1.weight", [4, 2, 3, 3], 0, Initializer.HeNormal, 18, 36, Trainable: true),
            new ParameterInfo("conv1.bias", [4], 80, Initializer.Zeros, 18, 36, Trainable: true),
            new ParameterInfo("conv2.weight", [5, 4, 3, 3], 96, Initializer.HeNormal, 36, 45, Trainable: true),
            new ParameterInfo("conv2.bias", [5], 288, Initializer.Zeros, 36, 45, Trainable: true),
            new ParameterInfo("dense1.weight", [3, 80], 304, Initializer.GlorotUniform, 80, 3, Trainable: true),
            new ParameterInfo("dense1.bias", [3], 544, Initializer.Zeros, 80, 3, Trainable: true),
        ],
        [
            new LayerInfo("conv1", "Conv", [4, 6, 6], 76, 2736, 2592, 3, 576),
            new LayerInfo("relu1", "Relu", [4, 6, 6], 0, 0, 0, 3, 576),
            new LayerInfo("conv2", "Conv", [5, 4, 4], 185, 2960, 2880, 5, 320),
            new LayerInfo("flatten1", "Flatten", [80], 0, 0, 0, 5, 320),
            new LayerInfo("dense1", "Dense", [3], 243, 243, 240, 8, 12),
        ],
        null,
        [128]);

    protected override CompiledPass CreatePredictPass(int vectorBits) => throw new NotSupportedException();

    protected override CompiledPass CreateInspectPass(int vectorBits) => throw new NotSupportedException();
}
