using NetCompiler;

namespace Gallery.Systems.Rcnn;

/// <summary>
/// Fast R-CNN (Girshick, 2015): convolutions look at the picture once, RoI pooling cuts the regions out of their result, and one loss
/// trains everything that follows the proposals.
/// </summary>
[Network]
public sealed partial class FastRcnn
{
    /// <summary>What is trained: the two that follow, one behind the other.</summary>
    [Forward]
    private static (Tensor Scores, Tensor Offsets) Learn(
        [Shape(3, CellFeatures.Height, CellFeatures.Width, Type = ElementType.UInt8, Scale = 1f / 255f)] Tensor picture,
        [Shape(CellFeatures.Regions, 4)] Tensor boxes)
    {
        var (scores, _, offsets) = Judge(Look(picture), boxes);
        return (scores, offsets);
    }

    [Forward]
    private static Tensor Look(
        [Shape(3, CellFeatures.Height, CellFeatures.Width, Type = ElementType.UInt8, Scale = 1f / 255f)] Tensor picture) =>
        CellFeatures.Of(picture);

    [Forward]
    private static (Tensor Scores, Tensor Probabilities, Tensor Offsets) Judge(
        [Shape(CellFeatures.Channels, CellFeatures.Rows, CellFeatures.Columns)] Tensor features,
        [Shape(CellFeatures.Regions, 4)] Tensor boxes) => CellFeatures.Heads(features, boxes);

    [Loss]
    private static Tensor Cost(
        Tensor scores, Tensor offsets,
        [Labels, Shape(CellFeatures.Regions)] Tensor labels, [Labels, Shape(CellFeatures.Regions, 4)] Tensor targets) =>
        CellFeatures.RegionLoss(scores, offsets, labels, targets);
}
