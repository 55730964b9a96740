namespace NetCompiler;

/// <summary>A part of a tensor: the elements Start to Start + Size − 1 along an axis of a sample. PyTorch: narrow.</summary>
/// <param name="start">The first element, 0 or more.</param>
/// <param name="size">How many, 1 or more.</param>
public sealed class SliceAttribute(int start, int size) : LayerAttribute
{
    /// <summary>The first element.</summary>
    public int Start { get; } = start;

    /// <summary>How many.</summary>
    public int Size { get; } = size;

    /// <summary>0, the default, for channels of images and elements of vectors; 1 and 2 for rows and columns.</summary>
    public int Axis { get; set; }
}
