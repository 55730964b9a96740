namespace NetCompiler.DirectBench;

/// <summary>Convolutions of residual networks at 56×56, without Winograd's algorithm; two, so that there is a gradient of an input.</summary>
[Network(Precision = Precision.Strict)]
[Input(64, 56, 56)]
[Conv(64, 3, Padding = 1), Relu, Conv(64, 3, Padding = 1), Relu]
[GlobalAveragePool, Dense(10)]
[Loss(Loss.CrossEntropy)]
public sealed partial class Conv56;

/// <summary>The same at 28×28.</summary>
[Network(Precision = Precision.Strict)]
[Input(128, 28, 28)]
[Conv(128, 3, Padding = 1), Relu, Conv(128, 3, Padding = 1), Relu]
[GlobalAveragePool, Dense(10)]
[Loss(Loss.CrossEntropy)]
public sealed partial class Conv28;

/// <summary>The same at 14×14.</summary>
[Network(Precision = Precision.Strict)]
[Input(256, 14, 14)]
[Conv(256, 3, Padding = 1), Relu, Conv(256, 3, Padding = 1), Relu]
[GlobalAveragePool, Dense(10)]
[Loss(Loss.CrossEntropy)]
public sealed partial class Conv14;
