namespace NetCompiler;

/// <summary>
/// What a [Forward] method reads, for one sample: an [Input] that stands on a parameter, with the same preprocessing.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ShapeAttribute : InputAttribute
{
    /// <summary>One number.</summary>
    public ShapeAttribute()
    {
    }

    /// <summary>A vector.</summary>
    /// <param name="length">Its elements, 1 or more.</param>
    public ShapeAttribute(int length)
        : base(length)
    {
    }

    /// <summary>A matrix, row by row: a sequence of (time steps, features) or a signal of (channels, samples).</summary>
    /// <param name="rows">Its rows, 1 or more.</param>
    /// <param name="columns">Its columns, 1 or more.</param>
    public ShapeAttribute(int rows, int columns)
        : base(rows, columns)
    {
    }

    /// <summary>An image, in canonical order: channel by channel, each row by row.</summary>
    /// <param name="channels">Its channels, 1 or more.</param>
    /// <param name="height">Its rows, 1 or more.</param>
    /// <param name="width">Its columns, 1 or more.</param>
    public ShapeAttribute(int channels, int height, int width)
        : base(channels, height, width)
    {
    }
}
