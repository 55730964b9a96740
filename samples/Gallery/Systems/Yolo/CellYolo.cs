using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Yolo;

/// <summary>
/// One stage (Redmon et al.: You only look once, 2016): for each of 24 × 32 places whether something has its middle there, where exactly
/// and how large it is, and what.
/// </summary>
[Network]
public sealed partial class CellYolo
{
    public const int Height = 192, Width = 256, Rows = 24, Columns = 32, Stride = 8, Classes = 3;

    /// <summary>The size that the logarithms of sizes are counted from, in pixels.</summary>
    public const double Size = 40;

    [Forward]
    private static Tensor Detect([Shape(3, Height, Width, Type = ElementType.UInt8, Scale = 1f / 255f)] Tensor picture)
    {
        var x = Relu(BatchNorm(Conv(picture, 16, kernel: 5, stride: 2, padding: 2)));
        x = Relu(BatchNorm(Conv(x, 32, kernel: 3, stride: 2, padding: 1)));
        x = Relu(BatchNorm(Conv(x, 48, kernel: 3, padding: 1)));
        x = Relu(BatchNorm(Conv(MaxPool(x, 2), 64, kernel: 3, padding: 1)));
        x = Relu(BatchNorm(Conv(x, 96, kernel: 3, padding: 1)));
        x = Relu(BatchNorm(Conv(x, 96, kernel: 3, padding: 2, dilation: 2)));
        return Conv(x, 5 + Classes, kernel: 1);
    }

    /// <summary>
    /// Whether there is something, at all places; where and what, at those where there is: binary cross-entropy, a smooth distance, and
    /// cross-entropy. Targets are planes in the order of the scores.
    /// </summary>
    [Loss]
    private static Tensor Cost(Tensor scores, [Labels, Shape(5 + Classes, Rows, Columns)] Tensor target)
    {
        var (there, isThere) = (Slice(scores, 0, 1), Slice(target, 0, 1));
        var presence = Sum((Softplus(there) - there * isThere) * (1 + 2 * isThere));
        var distance = Slice(scores, 1, 4) - Slice(target, 1, 4);
        var place = Sum(isThere * (Sqrt(Square(distance) + 0.01) - 0.1));
        var kind = -1 * Sum(isThere * Slice(target, 5, Classes) * LogSoftmax(Slice(scores, 5, Classes)));
        return 0.1 * presence + 0.5 * place + 0.1 * kind;
    }
}
