using static NetCompiler.Layers;

namespace NetCompiler.Devices.Tests;

/// <summary>
/// Pictures of 8 by 8 to five classes. A bias in front of the normalisation would have gradients that are zero but for rounding, which Adam
/// makes whole steps of.
/// </summary>
[Network]
[Input(1, 8, 8)]
[Conv(4, 3, Bias = false), BatchNorm, Relu, MaxPool(2)]
[Flatten, Dense(5), Softmax]
[Loss(Loss.CrossEntropy)]
public sealed partial class Pictures;

/// <summary>A network of two methods, the second of which is no prediction.</summary>
[Network]
public sealed partial class Autoencoder
{
    [Forward]
    internal static Tensor Encode([Shape(6)] Tensor x) => Tanh(Dense(x, 3));

    [Forward]
    internal static Tensor Decode([Shape(3)] Tensor code) => Dense(code, 6);
}

/// <summary>A line through points, with gradients as large as these are.</summary>
[Network]
[Input(3)]
[Dense(1, Bias = false)]
[Loss(Loss.MeanSquaredError)]
public sealed partial class Wide;
