using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Rcnn;

/// <summary>
/// Faster R-CNN (Ren et al., 2015): a region proposal network on the features of the picture says of nine anchors at each place whether there
/// is something and how its box lies to them. It takes the place of selective search, and is trained with all the rest.
/// </summary>
[Network]
public sealed partial class FasterRcnn
{
    /// <summary>Anchors of a place, and of a picture's anchors those that count in a step of training.</summary>
    public const int AnchorsOfAPlace = 9, DrawnAnchors = 128;

    /// <summary>What is trained: the three that follow, of one and the same features.</summary>
    [Forward]
    private static (Tensor Objectness, Tensor AnchorOffsets, Tensor Scores, Tensor Offsets) Learn(
        [Shape(3, CellFeatures.Height, CellFeatures.Width, Type = ElementType.UInt8, Scale = 1f / 255f)] Tensor picture,
        [Shape(CellFeatures.Regions, 4)] Tensor boxes)
    {
        var features = Look(picture);
        var (objectness, anchorOffsets) = Propose(features);
        var (scores, _, offsets) = Judge(features, boxes);
        return (objectness, anchorOffsets, scores, offsets);
    }

    [Forward]
    private static Tensor Look(
        [Shape(3, CellFeatures.Height, CellFeatures.Width, Type = ElementType.UInt8, Scale = 1f / 255f)] Tensor picture) =>
        CellFeatures.Of(picture);

    /// <summary>The region proposal network: planes in the order of the anchors, those of the four offsets one behind the other.</summary>
    [Forward]
    private static (Tensor Objectness, Tensor Offsets) Propose(
        [Shape(CellFeatures.Channels, CellFeatures.Rows, CellFeatures.Columns)] Tensor features)
    {
        var x = Relu(Conv(features, CellFeatures.Channels, kernel: 3, padding: 1));
        return (Conv(x, AnchorsOfAPlace, kernel: 1), Conv(x, 4 * AnchorsOfAPlace, kernel: 1));
    }

    [Forward]
    private static (Tensor Scores, Tensor Probabilities, Tensor Offsets) Judge(
        [Shape(CellFeatures.Channels, CellFeatures.Rows, CellFeatures.Columns)] Tensor features,
        [Shape(CellFeatures.Regions, 4)] Tensor boxes) => CellFeatures.Heads(features, boxes);

    /// <summary>The loss of the proposals and that of the regions. An anchor's label is 1, −1, or 0 where it does not count.</summary>
    [Loss]
    private static Tensor Cost(
        Tensor objectness, Tensor anchorOffsets, Tensor scores, Tensor offsets,
        [Labels, Shape(CellFeatures.Regions)] Tensor labels,
        [Labels, Shape(CellFeatures.Regions, 4)] Tensor targets,
        [Labels, Shape(AnchorsOfAPlace, CellFeatures.Rows, CellFeatures.Columns)] Tensor anchors,
        [Labels, Shape(4 * AnchorsOfAPlace, CellFeatures.Rows, CellFeatures.Columns)] Tensor anchorTargets)
    {
        var presence = Sum(Abs(anchors) * Softplus(-1 * anchors * objectness));
        var place = Sum(Tile(Relu(anchors), [4, 1, 1]) * CellFeatures.SmoothL1(anchorOffsets - anchorTargets));
        return 1.0 / DrawnAnchors * (presence + place) + CellFeatures.RegionLoss(scores, offsets, labels, targets);
    }
}
