using NetCompiler;

namespace Gallery.Systems.Fusion;

/// <summary>The recipes as something to learn from what went in and what came out.</summary>
[Network]
[Input(4, 6, 8)]
[Conv(3, 1, Bias = false)]
[Loss(Loss.MeanSquaredError)]
public sealed partial class RecipeLearner;
