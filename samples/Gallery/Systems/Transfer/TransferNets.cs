using NetCompiler;

namespace Gallery.Systems.Transfer;

/// <summary>Features and a head, all of which is trained.</summary>
[Network]
[Input(1, 28, 28, Type = ElementType.UInt8, Scale = 1f / 255f)]
[Conv(32, 3, Name = "features1"), Relu, MaxPool(2)]
[Conv(64, 3, Name = "features2"), Relu, MaxPool(2)]
[Conv(64, 3, Name = "features3"), Relu]
[Flatten, Dense(10, Name = "head"), Softmax]
[Loss(Loss.CrossEntropy)]
public sealed partial class WholeNet;

/// <summary>The same, but training leaves the features as they are.</summary>
[Network]
[Input(1, 28, 28, Type = ElementType.UInt8, Scale = 1f / 255f)]
[Conv(32, 3, Name = "features1"), Relu, MaxPool(2)]
[Conv(64, 3, Name = "features2"), Relu, MaxPool(2)]
[Conv(64, 3, Name = "features3"), Relu]
[Flatten, Dense(10, Name = "head"), Softmax]
[Loss(Loss.CrossEntropy)]
[Freeze("features*")]
public sealed partial class HeadNet;
