using NetCompiler;

namespace Digits;

/// <summary>The course's network: two convolutions, two dense layers, 137 660 parameters.</summary>
[Network]
[Input(1, 28, 28, Type = ElementType.UInt8, Scale = 1f / 255f)]
[Conv(25, 3), Relu, MaxPool(2)]
[Conv(50, 3), Relu, MaxPool(2)]
[Flatten, Dense(100), Relu]
[Dense(10), Softmax]
[Loss(Loss.CrossEntropy)]
public sealed partial class DigitNet;
