using Gallery.Pictures;
using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Style;

/// <summary>
/// Content and style of a picture of 192 × 256 (Gatys, Ecker, Bethge: Image style transfer using convolutional neural networks, 2016):
/// content is what features say and where, style is which of them occur together, wherever.
/// </summary>
[Network]
public sealed partial class StyleNet
{
    private const int Height = 192;
    private const int Width = 256;

    [Forward]
    private static (Tensor Content, Tensor Gram1, Tensor Gram2, Tensor Gram3) Describe([Shape(3, Height, Width)] Tensor picture)
    {
        var (first, second, third) = PictureFeatures.Of(picture);
        return (
            second,
            Gram(first, PictureFeatures.First, Height * Width),
            Gram(second, PictureFeatures.Second, Height * Width / 4),
            Gram(third, PictureFeatures.Third, Height * Width / 16));
    }

    /// <summary>How far a picture is from a content and a style, and how rough it is.</summary>
    [Objective("picture")]
    private static Tensor Distance(
        [Shape(3, Height, Width)] Tensor picture,
        [Shape(PictureFeatures.Second, Height / 2, Width / 2)] Tensor content,
        [Shape(PictureFeatures.First, PictureFeatures.First)] Tensor gram1,
        [Shape(PictureFeatures.Second, PictureFeatures.Second)] Tensor gram2,
        [Shape(PictureFeatures.Third, PictureFeatures.Third)] Tensor gram3,
        [Shape(3)] Tensor weights)
    {
        var described = Describe(picture);
        var style = MeanSquare(described.Gram1 - gram1, PictureFeatures.First * PictureFeatures.First)
            + MeanSquare(described.Gram2 - gram2, PictureFeatures.Second * PictureFeatures.Second)
            + MeanSquare(described.Gram3 - gram3, PictureFeatures.Third * PictureFeatures.Third);
        var across = MeanSquare(Slice(picture, 1, Width - 1, axis: 2) - Slice(picture, 0, Width - 1, axis: 2), 3 * Height * (Width - 1));
        var down = MeanSquare(Slice(picture, 1, Height - 1, axis: 1) - Slice(picture, 0, Height - 1, axis: 1), 3 * (Height - 1) * Width);
        return Slice(weights, 0, 1) * MeanSquare(described.Content - content, PictureFeatures.Second * Height * Width / 4)
            + Slice(weights, 1, 1) * style
            + Slice(weights, 2, 1) * (across + down);
    }

    /// <summary>For each pair of channels the mean of their product.</summary>
    private static Tensor Gram(Tensor features, int channels, int places)
    {
        var rows = Reshape(features, [channels, places]);
        return MatMul(rows, Transpose(rows)) * (1.0 / places);
    }

    private static Tensor MeanSquare(Tensor x, int count) => Mean(Square(Reshape(x, [count])));
}
