using NetCompiler.Runtime;

namespace NetCompiler.Training.Data;

/// <summary>
/// Changes pictures at random, so that a network does not learn by heart: a plain value that keeps nothing from one picture to the next,
/// and is used by several threads at once.
/// </summary>
/// <remarks>
/// Pictures are planes of floats (C, H, W). Those of bytes come as 0 to 1 and are rounded to bytes again at the end of all
/// augmentations; those of floats come as they are.
/// </remarks>
public interface IAugmentation
{
    /// <summary>The extents of what comes out.</summary>
    /// <param name="input">The extents of what goes in.</param>
    /// <exception cref="ArgumentException">Such pictures cannot be augmented so.</exception>
    ImageShape OutputShape(ImageShape input) => input;

    /// <summary>Augments a picture. Allocates nothing.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="shape">Its extents.</param>
    /// <param name="destination">Room for exactly what comes out; all of it is written.</param>
    /// <param name="random">Where all that is random comes from: the same stream gives the same bits.</param>
    void Apply(ReadOnlySpan<float> source, ImageShape shape, Span<float> destination, ref RandomStream random);

    /// <summary>What is done in place of it to a picture that is to be as it is, for extents that change. Allocates nothing.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="shape">Its extents.</param>
    /// <param name="destination">Room for exactly what comes out; all of it is written.</param>
    void ApplyPlain(ReadOnlySpan<float> source, ImageShape shape, Span<float> destination) => source.CopyTo(destination);
}
