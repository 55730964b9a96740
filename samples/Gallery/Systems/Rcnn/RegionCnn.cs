using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Rcnn;

/// <summary>
/// The network of R-CNN (Girshick et al.: Rich feature hierarchies, 2014): trained to tell what is in a region that is warped to one size, for
/// the sake of its features, with which other learners go on.
/// </summary>
[Network]
public sealed partial class RegionCnn
{
    /// <summary>Pixels of a warped region each way; the features for the support vector machines, and those behind the last pooling.</summary>
    public const int Size = 32, Features = 96, Pooled = 64 * 4 * 4;

    [Forward]
    private static (Tensor Scores, Tensor Features, Tensor Pooled) Look(
        [Shape(3, Size, Size, Type = ElementType.UInt8, Scale = 1f / 255f)] Tensor region)
    {
        var x = Relu(BatchNorm(Conv(region, 24, kernel: 3, padding: 1)));
        x = Relu(BatchNorm(Conv(MaxPool(x, 2), 48, kernel: 3, padding: 1)));
        x = Relu(BatchNorm(Conv(MaxPool(x, 2), 64, kernel: 3, padding: 1)));
        var pooled = Flatten(MaxPool(x, 2));
        var features = Relu(Dense(pooled, Features));
        return (Dense(Dropout(features, 0.3), CellFeatures.Classes), features, pooled);
    }

    [Loss]
    private static Tensor Cost(Tensor scores, Tensor features, Tensor pooled, [Labels] Tensor labels) => CrossEntropy(scores, labels);
}

/// <summary>
/// Linear support vector machines, one for each kind against all else: the hinge loss; its margin is kept wide by the optimiser's weight
/// decay. A target of 0 stands for what does not count.
/// </summary>
[Network]
[Input(RegionCnn.Features), Dense(CellFeatures.Kinds), Loss(Loss.Hinge)]
public sealed partial class RegionSvm;

/// <summary>Box regression: for each kind how its box lies to a region, linear in what is behind the last pooling; least squares.</summary>
[Network]
public sealed partial class RegionRegression
{
    [Forward]
    private static Tensor Offsets([Shape(RegionCnn.Pooled)] Tensor pooled) => Dense(pooled, 4 * CellFeatures.Kinds);

    [Loss]
    private static Tensor Cost(Tensor offsets, [Labels, Shape(CellFeatures.Kinds, 1)] Tensor isKind, [Labels, Shape(1, 4)] Tensor targets) =>
        0.5 * Sum(isKind * Square(Reshape(offsets, [CellFeatures.Kinds, 4]) - targets));
}
