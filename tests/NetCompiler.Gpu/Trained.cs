using static NetCompiler.Layers;

namespace NetCompiler.Benchmarks.Networks;

// On processors their training is not compared: no loss is declared there.
public sealed partial class ResNet18
{
    [Loss]
    private static Tensor Loss(Tensor logits, [Labels] Tensor target) => CrossEntropy(logits, target);
}

public sealed partial class Vgg16
{
    [Loss]
    private static Tensor Loss(Tensor logits, [Labels] Tensor target) => CrossEntropy(logits, target);
}
