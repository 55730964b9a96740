using NetCompiler;

/// <summary>Tells squares, discs and crosses apart. The compiler writes the other half of the class.</summary>
[Network]
[Input(1, 16, 16, Type = ElementType.UInt8, Scale = 1f / 255f)]
[Conv(8, 3), Relu, MaxPool(2)]
[Conv(16, 3), Relu, MaxPool(2)]
[Flatten, Dense(32), Relu]
[Dense(3), Softmax]
[Loss(Loss.CrossEntropy)]
public sealed partial class ShapeNet;
