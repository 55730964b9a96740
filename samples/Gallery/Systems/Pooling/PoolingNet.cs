using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Pooling;

/// <summary>Both kinds of pooling over windows of 4 × 4, and what their gradients are.</summary>
[Network]
public sealed partial class PoolingNet
{
    /// <summary>Both, and both up-sampled again, so that they can be compared with the picture.</summary>
    [Forward]
    private static (Tensor Largest, Tensor Mean, Tensor LargestUp, Tensor MeanUp) Pool([Shape(1, 128, 128)] Tensor picture)
    {
        var largest = MaxPool(picture, 4);
        var mean = AveragePool(picture, 4);
        return (largest, mean, Upsample(largest, 4), Upsample(mean, 4));
    }

    /// <summary>Half the sum of squares: its gradient at the pooled map is the map itself, which pooling then hands back.</summary>
    [Objective]
    private static Tensor MaxEnergy([Shape(1, 128, 128)] Tensor picture) => 0.5 * Sum(Square(MaxPool(picture, 4)));

    /// <summary>The same for the mean.</summary>
    [Objective]
    private static Tensor MeanEnergy([Shape(1, 128, 128)] Tensor picture) => 0.5 * Sum(Square(AveragePool(picture, 4)));
}
