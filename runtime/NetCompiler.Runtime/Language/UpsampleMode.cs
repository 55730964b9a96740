namespace NetCompiler;

/// <summary>What stands between the elements of an image that <see cref="UpsampleAttribute"/> makes larger.</summary>
public enum UpsampleMode
{
    /// <summary>The nearest element: each is repeated.</summary>
    Nearest,

    /// <summary>
    /// The mean of the two nearest elements in each direction, weighted by distance, as PyTorch with align_corners=False.
    /// </summary>
    Bilinear,
}
