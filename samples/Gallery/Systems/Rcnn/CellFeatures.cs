using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Rcnn;

/// <summary>What Fast and Faster R-CNN have in common: convolutions over all of a picture, a head for regions of it, and the head's loss.</summary>
internal static class CellFeatures
{
    /// <summary>Pixels of a picture, of them to one of the features, and the features' extents.</summary>
    public const int Width = 256, Height = 192, Stride = 8, Columns = Width / Stride, Rows = Height / Stride, Channels = 96;

    /// <summary>Kinds of cells; class 0 of a region is the background.</summary>
    public const int Kinds = 3, Classes = Kinds + 1;

    /// <summary>Regions of a picture that are judged at a time, and drawn for a step of training.</summary>
    public const int Regions = 64;

    /// <summary>Pixels of a region behind the pooling, each way.</summary>
    private const int Bins = 5;

    /// <summary>The features of a picture.</summary>
    public static Tensor Of(Tensor picture)
    {
        var x = Relu(BatchNorm(Conv(picture, 16, kernel: 5, stride: 2, padding: 2)));
        x = Relu(BatchNorm(Conv(x, 32, kernel: 3, stride: 2, padding: 1)));
        x = Relu(BatchNorm(Conv(x, 48, kernel: 3, padding: 1)));
        x = Relu(BatchNorm(Conv(MaxPool(x, 2), 64, kernel: 3, padding: 1)));
        return Relu(BatchNorm(Conv(x, Channels, kernel: 3, padding: 1)));
    }

    /// <summary>What regions show, a score for each class; how probable each kind is; and for each kind how its box lies to the region.</summary>
    public static (Tensor Scores, Tensor Probabilities, Tensor Offsets) Heads(Tensor features, Tensor boxes)
    {
        var pooled = RoiPool(features, boxes, Bins, spatialScale: 1.0 / Stride);
        var x = Relu(Dense(Reshape(pooled, [Regions, Channels * Bins * Bins]), 128));
        var scores = Dense(x, Classes);
        return (scores, Slice(Softmax(scores), 1, Kinds, axis: 1), Dense(x, 4 * Kinds));
    }

    /// <summary>
    /// Softmax over the classes, and a smooth L1 distance for the kind that a region shows, joined (Girshick, 2015). A label of −1 stands for
    /// a region that does not count.
    /// </summary>
    public static Tensor RegionLoss(Tensor scores, Tensor offsets, Tensor labels, Tensor targets)
    {
        var classes = OneHot(labels, Classes);
        var isKind = Reshape(Slice(classes, 1, Kinds, axis: 1), [Regions, Kinds, 1]);
        var distance = Reshape(offsets, [Regions, Kinds, 4]) - Reshape(targets, [Regions, 1, 4]);
        return 1.0 / Regions * (Sum(isKind * SmoothL1(distance)) - Sum(classes * LogSoftmax(scores)));
    }

    /// <summary>x²/2 up to 1, from there on |x| − 1/2, so that far regions do not outweigh all others.</summary>
    public static Tensor SmoothL1(Tensor x)
    {
        var distance = Abs(x);
        var near = Clip(distance, 0, 1);
        return near * (distance - 0.5 * near);
    }
}
