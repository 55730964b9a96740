namespace NetCompiler.Benchmarks.Networks;

/// <summary>Two layers of long short-term memory over 128 steps.</summary>
[Network]
[Input(128, 256)]
[Lstm(256, ReturnSequences = true), Lstm(256)]
[Dense(10)]
[Loss(Loss.CrossEntropy)]
public sealed partial class LstmNet;
