namespace NetCompiler.Benchmarks.Networks;

/// <summary>The network of the sample Digits.</summary>
[Network]
[Input(1, 28, 28)]
[Conv(25, 3), Relu, MaxPool(2)]
[Conv(50, 3), Relu, MaxPool(2)]
[Flatten, Dense(100), Relu]
[Dense(10), Softmax]
[Loss(Loss.CrossEntropy)]
public sealed partial class Course;
