namespace NetCompiler.Benchmarks.Networks;

/// <summary>Pairs of 3×3 convolutions over the images of CIFAR-10.</summary>
[Network]
[Input(3, 32, 32)]
[Conv(64, 3, Padding = 1), Relu, Conv(64, 3, Padding = 1), Relu, MaxPool(2)]
[Conv(128, 3, Padding = 1), Relu, Conv(128, 3, Padding = 1), Relu, MaxPool(2)]
[Conv(256, 3, Padding = 1), Relu, Conv(256, 3, Padding = 1), Relu, MaxPool(2)]
[Flatten, Dense(10)]
[Loss(Loss.CrossEntropy)]
public sealed partial class Cifar;
