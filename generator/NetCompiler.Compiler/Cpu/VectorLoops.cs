using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>Loops along the extent that vectors run over.</summary>
internal static class VectorLoops
{
    /// <summary>Runs over pieces: full vectors in a loop, narrower ones behind it one by one.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="name">The name of the loop's counter.</param>
    /// <param name="pieces">The pieces, full vectors first.</param>
    /// <param name="body">Writes one piece: its first element, its lanes.</param>
    /// <param name="largestUnrolled">Up to so many full vectors are written out one by one as well.</param>
    public static void OverPieces(
        this StageKernel kernel, string name, ImmutableArray<VectorPiece> pieces, Action<Expression, int> body, int largestUnrolled = 0)
    {
        var full = pieces.TakeWhile(p => p.Lanes == kernel.Lanes).Count();
        var looped = full > largestUnrolled ? full : 0;
        if (looped > 0)
        {
            var (first, end) = (pieces[0].Offset, pieces[0].Offset + looped * kernel.Lanes);
            kernel.Builder.Loop(name, Constant.Index(first), Constant.Index(end), kernel.Lanes, i =>
            {
                if (i is Variable)
                    kernel.Ranges[i] = (first, end - kernel.Lanes);
                body(i, kernel.Lanes);
            });
        }

        foreach (var piece in pieces.Skip(looped))
            body(Constant.Index(piece.Offset), piece.Lanes);
    }

    /// <summary>Runs over the blocks of vectors that a part of a launch has: those that are alike in a loop, one that is not behind it.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="part">The part's first block, and that behind its last one.</param>
    /// <param name="count">Blocks in all.</param>
    /// <param name="alike">How many of them, from the first on, are alike: all, or all but the last.</param>
    /// <param name="body">Writes one block: its number, and that of a block like it.</param>
    public static void OverBlocks(
        this StageKernel kernel, (Expression Start, Expression End) part, int count, int alike, Action<Expression, int> body)
    {
        var (b, start, end) = (kernel.Builder, part.Start, part.End);
        if (alike > 0)
        {
            var last = alike == count ? end : b.Let("whole", IndexArithmetic.Min(end, Constant.Index(alike)));
            b.Loop("block", start, last, 1, block => body(block, 0));
        }

        if (alike < count)
        {
            b.Add(new If(new Comparison(ComparisonFunction.Greater, end, Constant.Index(alike)),
                b.Nested(() => body(Constant.Index(alike), alike))));
        }
    }
}
