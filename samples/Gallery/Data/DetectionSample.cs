using NetCompiler.Detection;
using NetCompiler.Imaging;

namespace Gallery.Data;

/// <summary>A picture with what is to be found in it.</summary>
/// <param name="Image">The picture, in colours.</param>
/// <param name="Boxes">Where things are, in pixels of the picture.</param>
/// <param name="Classes">What each is.</param>
internal sealed record DetectionSample(Image Image, IReadOnlyList<Box> Boxes, IReadOnlyList<int> Classes);
