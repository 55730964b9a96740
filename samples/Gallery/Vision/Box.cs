namespace Gallery.Vision;

/// <summary>A rectangle of a picture, from its left and upper edge to its right and lower one, in pixels.</summary>
/// <param name="Left">The left edge.</param>
/// <param name="Top">The upper edge.</param>
/// <param name="Right">The right edge, at least the left one.</param>
/// <param name="Bottom">The lower edge, at least the upper one.</param>
internal readonly record struct Box(float Left, float Top, float Right, float Bottom)
{
    /// <summary>Pixels across.</summary>
    public float Width => Right - Left;

    /// <summary>Pixels down.</summary>
    public float Height => Bottom - Top;

    /// <summary>Pixels within.</summary>
    public float Area => Width * Height;

    /// <summary>What two boxes share, as a part of what they cover together: from 0 to 1.</summary>
    /// <param name="other">Another box.</param>
    public float IoU(Box other)
    {
        var width = Math.Min(Right, other.Right) - Math.Max(Left, other.Left);
        var height = Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top);
        if (width <= 0 || height <= 0)
            return 0;
        return width * height / (Area + other.Area - width * height);
    }

    /// <summary>The smallest box that has both within.</summary>
    /// <param name="other">Another box.</param>
    public Box Union(Box other) => new(
        Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));
}
