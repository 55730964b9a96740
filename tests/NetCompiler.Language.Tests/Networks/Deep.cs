using static NetCompiler.Layers;

namespace NetCompiler.Language.Tests.Networks;

/// <summary>A deep network whose blocks keep what they compute.</summary>
[Network]
public sealed partial class Deep
{
    [Block]
    private static Tensor Stage(Tensor x)
    {
        var y = Tanh(Conv(x, 6, kernel: 3, padding: 1));
        y = Dropout(Silu(Conv(y, 6, kernel: 3, padding: 1)), 0.25);
        return x + Conv(y, 6, kernel: 1);
    }

    [Forward]
    private static Tensor Classify([Shape(6, 8, 8)] Tensor image)
    {
        for (var i = 0; i < 4; i++)
            image = Stage(image);
        return Dense(GlobalAveragePool(image), 3);
    }

    [Loss]
    private static Tensor Cost(Tensor logits, [Labels] Tensor label) => CrossEntropy(logits, label);
}

/// <summary>The same network, whose blocks are computed again in the backward pass.</summary>
[Network]
public sealed partial class DeepAgain
{
    [Block(Checkpoint = true)]
    private static Tensor Stage(Tensor x)
    {
        var y = Tanh(Conv(x, 6, kernel: 3, padding: 1));
        y = Dropout(Silu(Conv(y, 6, kernel: 3, padding: 1)), 0.25);
        return x + Conv(y, 6, kernel: 1);
    }

    [Forward]
    private static Tensor Classify([Shape(6, 8, 8)] Tensor image)
    {
        for (var i = 0; i < 4; i++)
            image = Stage(image);
        return Dense(GlobalAveragePool(image), 3);
    }

    [Loss]
    private static Tensor Cost(Tensor logits, [Labels] Tensor label) => CrossEntropy(logits, label);
}

/// <summary>With batch normalisation, whose statistics come between forward and backward.</summary>
[Network]
public sealed partial class Normed
{
    [Block]
    private static Tensor Stage(Tensor x) => x + Conv(Tanh(Silu(Tanh(BatchNorm(Conv(x, 6, kernel: 3, padding: 1))))), 6, kernel: 1);

    [Forward]
    private static Tensor Classify([Shape(6, 8, 8)] Tensor image) => Dense(GlobalAveragePool(Stage(Stage(Stage(image)))), 3);

    [Loss]
    private static Tensor Cost(Tensor logits, [Labels] Tensor label) => CrossEntropy(logits, label);
}

/// <summary>The same, computed again.</summary>
[Network]
public sealed partial class NormedAgain
{
    [Block(Checkpoint = true)]
    private static Tensor Stage(Tensor x) => x + Conv(Tanh(Silu(Tanh(BatchNorm(Conv(x, 6, kernel: 3, padding: 1))))), 6, kernel: 1);

    [Forward]
    private static Tensor Classify([Shape(6, 8, 8)] Tensor image) => Dense(GlobalAveragePool(Stage(Stage(Stage(image)))), 3);

    [Loss]
    private static Tensor Cost(Tensor logits, [Labels] Tensor label) => CrossEntropy(logits, label);
}
