using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// A copy of an image in which s × s neighbours are channels of one element, innermost, with zeros around the image (space to depth). What is a
/// convolution with stride s over the image is one with stride 1 over the copy, of s² as many channels and of every s-th tap for each of them:
/// the polyphase components that <see cref="MinimalFilter"/> has beside each other are added up by its sum over channels.
/// </summary>
/// <param name="target">The target.</param>
/// <param name="image">The image.</param>
/// <param name="layout">How it lies in memory.</param>
/// <param name="step">Rows and columns of the image from an element of the copy to the next, s.</param>
/// <param name="origin">The row and the column of the image that the copy begins at; negative in front of it.</param>
/// <param name="size">Rows and columns of the copy.</param>
internal sealed class PhaseImage(
    CpuTarget target, Value image, Layout layout, int step, (int Y, int X) origin, (int Height, int Width) size)
{
    // Cycles of what is copied one by one: a load and a store, and the loop around them.
    private const double CopyCycles = 1.5;

    private readonly int _channels = image.Type.Shape[1].Size;
    private readonly int _stride = target.PaddedExtent(image.Type.Shape[1].Size * step * step);

    /// <summary>Rows and columns of the image from an element of the copy to the next, s.</summary>
    public int Step => step;

    /// <summary>Phases: s².</summary>
    public int Count => step * step;

    /// <summary>The copy, for those who read tiles of it.</summary>
    public TileSource Source => new(
        image, new Layout([Length, 1, (long)size.Width * _stride, _stride], Length, IsPadded: true), Count * _channels, size.Height, size.Width);

    /// <summary>Elements of the copy for a sample.</summary>
    public long Length => (long)size.Height * size.Width * _stride;

    /// <summary>Cycles for the copy of a sample.</summary>
    public double Cycles => (double)size.Height * size.Width * (target.Cover(_stride).Length + CopyCycles * Count * _channels);

    /// <summary>The launch that makes the copy.</summary>
    /// <param name="name">What the stage calls it.</param>
    /// <param name="buffer">The buffer of the copy.</param>
    /// <param name="buffers">The plan's buffers.</param>
    public KernelLaunch Lower(string name, int buffer, IReadOnlyList<PlanBuffer> buffers)
    {
        var kernel = new StageKernel(target.Lanes);
        var b = kernel.Builder;
        var from = kernel.Pointer(image);
        var to = kernel.Pointer(buffer, buffers[buffer]);
        var (start, end) = kernel.Part;
        b.Loop("n", Constant.Index(0), kernel.Number(LaunchNumber.Count), 1, n => b.Loop("y", start, end, 1, y =>
        {
            var row = b.Let("row", Index.Add(to, Index.Add(Index.Scale(n, Length), Index.Scale(y, (long)size.Width * _stride))));
            b.Loop("x", size.Width, x =>
            {
                foreach (var piece in target.Cover(_stride))
                    b.Add(new Store(row, Index.Add(Index.Scale(x, _stride), Constant.Index(piece.Offset)), Constant.Float(0, piece.Lanes)));
            });
            for (var phase = 0; phase < step; phase++)
            {
                var first = phase * step * _channels;
                var source = b.Let("source", Index.Add(Index.Scale(y, step), Constant.Index(phase + origin.Y)));
                b.Add(new If(
                    WinogradTiles.InsideOf(source, 1, image.Type.Shape[2].Size),
                    b.Nested(() => b.Loop("c", _channels, c => CopyRow(row, first, n, source, c)))));
            }
        }));
        return kernel.ToLaunch(name, $"{image} {image.Type} with {step}×{step} neighbours as channels, and zeros around") with
        {
            Rounds = size.Height,
            Elements = 2 * Length,
        };

        void CopyRow(Expression row, int first, Expression n, Expression y, Expression c)
        {
            var at = b.Let("at", Index.Add(Index.Scale(n, layout.Length), Index.Add(
                Index.Scale(c, layout.Strides[1]), Index.Scale(y, layout.Strides[2]))));
            for (var phase = 0; phase < step; phase++)
            {
                // Columns of the copy that lie inside the image.
                var begin = phase + origin.X;
                var (firstX, endX) = (begin < 0 ? Partition.Blocks(-begin, step) : 0, image.Type.Shape[3].Size - begin);
                var channel = Index.Add(c, Constant.Index(first + phase * _channels));
                b.Loop("x", Constant.Index(firstX), Constant.Index(Math.Min(size.Width, Partition.Blocks(endX, step))), 1, x =>
                {
                    var column = Index.Add(Index.Scale(x, step), Constant.Index(begin));
                    b.Add(new Store(row, Index.Add(Index.Scale(x, _stride), channel), StageEvaluator.ToFloat(
                        new Load(from, Index.Add(at, Index.Scale(column, layout.Strides[3]))))));
                });
            }
        }
    }
}
