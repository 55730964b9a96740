using NetCompiler.Runtime;

namespace NetCompiler.Training.Data;

/// <summary>Mirrors some pictures, as torchvision's RandomHorizontalFlip and RandomVerticalFlip do.</summary>
public sealed record Flip : IAugmentation
{
    private readonly double _horizontal;
    private readonly double _vertical;

    /// <summary>Chooses how many pictures are mirrored.</summary>
    /// <param name="horizontal">The probability that left and right change places, from 0 to 1.</param>
    /// <param name="vertical">The probability that top and bottom change places, from 0 to 1.</param>
    public Flip(double horizontal = 0.5, double vertical = 0)
    {
        AugmentationRanges.ThrowUnlessProbability(horizontal);
        AugmentationRanges.ThrowUnlessProbability(vertical);
        (_horizontal, _vertical) = (horizontal, vertical);
    }

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<float> source, ImageShape shape, Span<float> destination, ref RandomStream random)
    {
        var mirrors = random.NextDouble() < _horizontal;
        var upends = random.NextDouble() < _vertical;
        for (var row = 0; row < shape.Channels * shape.Height; row++)
        {
            var (plane, y) = (row / shape.Height, row % shape.Height);
            var target = plane * shape.Height + (upends ? shape.Height - 1 - y : y);
            var to = destination.Slice(target * shape.Width, shape.Width);
            source.Slice(row * shape.Width, shape.Width).CopyTo(to);
            if (mirrors)
                to.Reverse();
        }
    }
}
