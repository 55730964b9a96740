using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>What tiles are read from: an image with channels innermost, or a copy of one that a plan makes (<see cref="PhaseImage"/>).</summary>
/// <param name="Image">The image.</param>
/// <param name="Layout">How it, or the copy, lies in memory: samples, channels, rows, columns.</param>
/// <param name="Channels">Channels.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
internal sealed record TileSource(Value Image, Layout Layout, int Channels, int Height, int Width)
{
    /// <summary>An image as it lies.</summary>
    public static TileSource Of(Value image, StageEnvironment environment)
    {
        var shape = image.Type.Shape;
        return new TileSource(image, environment.Layouts[image], shape[1].Size, shape[2].Size, shape[3].Size);
    }
}
