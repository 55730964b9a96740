using NetCompiler;

namespace Digits;

/// <summary>LeNet-5 (LeCun and others, 1998) with ReLU in place of its sigmoids, average pooling, and a softmax at the end.</summary>
[Network]
[Input(1, 28, 28, Type = ElementType.UInt8, Scale = 1f / 255f)]
[Conv(6, 5, Padding = 2), Relu, AveragePool(2)]
[Conv(16, 5), Relu, AveragePool(2)]
[Conv(120, 5), Relu]
[Flatten, Dense(84), Relu]
[Dense(10), Softmax]
[Loss(Loss.CrossEntropy)]
public sealed partial class LeNet5;
