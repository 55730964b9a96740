using NetCompiler;

namespace Gallery.Systems.Fusion;

/// <summary>A 5 × 5 convolution that reads 32 channels.</summary>
[Network]
[Input(1, 28, 28, Type = ElementType.UInt8, Scale = 1f / 255f)]
[Conv(32, 3, Padding = 1), Relu, MaxPool(2)]
[Conv(48, 5, Padding = 2), Relu, MaxPool(2)]
[Flatten, Dense(10), Softmax]
[Loss(Loss.CrossEntropy)]
public sealed partial class WideNet;

/// <summary>The same, but a 1 × 1 convolution mixes the 32 channels into 8 first (Lin et al., 2014; Szegedy et al., 2015).</summary>
[Network]
[Input(1, 28, 28, Type = ElementType.UInt8, Scale = 1f / 255f)]
[Conv(32, 3, Padding = 1), Relu, MaxPool(2)]
[Conv(8, 1, Name = "fusion"), Relu]
[Conv(48, 5, Padding = 2), Relu, MaxPool(2)]
[Flatten, Dense(10), Softmax]
[Loss(Loss.CrossEntropy)]
public sealed partial class FusedNet;
