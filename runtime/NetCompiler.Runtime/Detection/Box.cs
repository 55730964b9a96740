namespace NetCompiler.Detection;

/// <summary>A rectangle in a picture, in whatever unit: pixels, or parts of the picture's width and height.</summary>
/// <param name="Left">Its left edge.</param>
/// <param name="Top">Its upper edge; y grows downwards.</param>
/// <param name="Right">Its right edge. A box whose right edge is not right of its left one is empty.</param>
/// <param name="Bottom">Its lower edge.</param>
public readonly record struct Box(float Left, float Top, float Right, float Bottom)
{
    /// <summary>Its width, 0 for an empty box.</summary>
    public float Width => Math.Max(0f, Right - Left);

    /// <summary>Its height, 0 for an empty box.</summary>
    public float Height => Math.Max(0f, Bottom - Top);

    /// <summary>Its area, 0 for an empty box.</summary>
    public float Area => Width * Height;

    /// <summary>The box of a middle and a size, as networks give it.</summary>
    /// <param name="x">The middle's distance from the left.</param>
    /// <param name="y">The middle's distance from the top.</param>
    /// <param name="width">The width.</param>
    /// <param name="height">The height.</param>
    public static Box FromCenter(float x, float y, float width, float height) =>
        new(x - width / 2, y - height / 2, x + width / 2, y + height / 2);

    /// <summary>The part that two boxes have in common; empty where they have none.</summary>
    /// <param name="other">The other box.</param>
    public Box Intersect(Box other) =>
        new(Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom));

    /// <summary>The smallest box that has two boxes within.</summary>
    /// <param name="other">The other box.</param>
    public Box Union(Box other) =>
        new(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));

    /// <summary>The area that two boxes have in common over that which they cover together (the Jaccard index).</summary>
    /// <param name="other">The other box.</param>
    /// <returns>From 0 to 1; 0 where one of them is empty.</returns>
    public float IntersectionOverUnion(Box other)
    {
        var common = Intersect(other).Area;
        return common > 0 ? common / (Area + other.Area - common) : 0;
    }
}
