namespace NetCompiler;

/// <summary>
/// A height and a width, as the functions of <see cref="Layers"/> take them: a number for both, or a pair. Left out, it is what the
/// layer's attribute has as its default.
/// </summary>
/// <param name="Height">Along rows.</param>
/// <param name="Width">Along columns.</param>
public readonly record struct Size2D(int Height, int Width)
{
    /// <summary>The same along rows and columns.</summary>
    /// <param name="both">Height and width.</param>
    public static implicit operator Size2D(int both) => new(both, both);

    /// <summary>Height and width.</summary>
    /// <param name="size">The two.</param>
    public static implicit operator Size2D((int Height, int Width) size) => new(size.Height, size.Width);
}
