namespace NetCompiler.Benchmarks.Networks;

/// <summary>Two layers of gated recurrent units over 128 steps.</summary>
[Network]
[Input(128, 256)]
[Gru(256, ReturnSequences = true), Gru(256)]
[Dense(10)]
public sealed partial class GruNet;
