namespace NetCompiler.Benchmarks.Networks;

/// <summary>LeNet-5 (LeCun and others, 1998) with ReLU.</summary>
[Network]
[Input(1, 32, 32)]
[Conv(6, 5), Relu, AveragePool(2)]
[Conv(16, 5), Relu, AveragePool(2)]
[Conv(120, 5), Relu]
[Flatten, Dense(84), Relu]
[Dense(10)]
[Loss(Loss.CrossEntropy)]
public sealed partial class LeNet5;
