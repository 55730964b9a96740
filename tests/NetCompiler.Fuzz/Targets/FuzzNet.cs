namespace NetCompiler.Fuzz.Targets;

/// <summary>A network of a few hundred parameters of every rank.</summary>
[Network]
[Input(1, 8, 8)]
[Conv(4, 3, Name = "conv1"), BatchNorm, Relu, MaxPool(2)]
[Flatten, Dense(3), Softmax]
[Loss(Loss.CrossEntropy)]
public sealed partial class FuzzNet;
