using static NetCompiler.Layers;

namespace NetCompiler.Language.Tests.Networks;

/// <summary>A classifier without dense layers, that looks at larger pictures too, and at regions of them.</summary>
[Network]
public sealed partial class Detector
{
    [Block(Shared = true)]
    private static Tensor Score(Tensor image)
    {
        var x = MaxPool(Relu(BatchNorm(Conv(image, 4, kernel: 3))), 2);
        return Conv(x, 3, kernel: 3, name: "classes");
    }

    [Forward]
    private static Tensor Classify([Shape(1, 8, 8)] Tensor image) => Flatten(Score(image));

    [Forward]
    private static Tensor Scan([Shape(1, 12, 10)] Tensor image) => Score(image);

    [Forward]
    private static (Tensor Best, Tensor Where) Look([Shape(1, 12, 10)] Tensor image, [Shape(2, 4)] Tensor boxes)
    {
        var (largest, aligned) = (RoiPool(Score(image), boxes, (1, 2), spatialScale: 0.5), RoiAlign(Score(image), boxes, (1, 2), spatialScale: 0.5));
        var (upper, lower) = Split(largest - aligned, parts: 2);
        return TopK(Flatten(upper + lower), 2);
    }

    [Loss]
    private static Tensor Cost(Tensor logits, [Labels] Tensor labels) => CrossEntropy(logits, labels);
}
