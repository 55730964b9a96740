using NetCompiler.Compiler.Kernels;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>Each thread multiplies and adds by itself, in single precision.</summary>
internal sealed class ThreadProduct(SimtTile tile) : IGroupProduct
{
    /// <inheritdoc/>
    public SimtTile Tile => tile;

    /// <inheritdoc/>
    public string Description => tile.ToString();

    /// <inheritdoc/>
    public bool CopiesAhead => false;

    /// <inheritdoc/>
    public int Rows => tile.Rows;

    /// <inheritdoc/>
    public int Columns => tile.Columns;

    /// <inheritdoc/>
    public Expression FirstRow { get; private set; } = SimtKernel.Thread(0);

    /// <inheritdoc/>
    public Expression FirstColumn { get; private set; } = SimtKernel.Thread(1);

    /// <inheritdoc/>
    public int RowOffset(int row) => row * tile.ThreadsX;

    /// <inheritdoc/>
    public int ColumnOffset(int column) => column * tile.ThreadsY;

    /// <inheritdoc/>
    // Threads that write one below the other would meet in the same bank.
    public int Pitch(int width, bool alongSums) => alongSums ? width + 1 : width;

    /// <inheritdoc/>
    public Expression Begin(SimtKernel kernel)
    {
        var builder = kernel.Builder;
        FirstRow = builder.Let("threadX", SimtKernel.Thread(0));
        FirstColumn = tile.ThreadsY == 1 ? kernel.Index(0) : builder.Let("threadY", SimtKernel.Thread(1));
        return tile.ThreadsY == 1 ? FirstRow : builder.Let("thread", Index.Add(Index.Scale(FirstColumn, tile.ThreadsX), FirstRow));
    }

    /// <inheritdoc/>
    public void Prepare(SimtKernel kernel, SharedOperand rows, SharedOperand columns)
    {
    }

    /// <inheritdoc/>
    public void MultiplyAdd(SimtKernel kernel, SharedOperand rows, SharedOperand columns, Variable[][][] sums)
    {
        var builder = kernel.Builder;
        builder.Loop("k", kernel.Index(0), kernel.Index(tile.Depth), 1, k =>
        {
            var right = Enumerable.Range(0, tile.Columns).Select(c => builder.Let(FormattableString.Invariant($"right{c}"),
                columns.Element(k, Index.Add(FirstColumn, kernel.Index(ColumnOffset(c)))))).ToArray();
            for (var r = 0; r < tile.Rows; r++)
            {
                for (var w = 0; w < tile.Window; w++)
                {
                    var left = builder.Let(FormattableString.Invariant($"left{r * tile.Window + w}"),
                        rows.Element(k, Index.Add(FirstRow, kernel.Index(w * tile.BlockRows + RowOffset(r)))));
                    for (var c = 0; c < tile.Columns; c++)
                        builder.Add(new Assign(sums[r][w][c], new FusedMultiplyAdd(left, right[c], sums[r][w][c])));
                }
            }
        }, LoopKind.Unrolled);
    }
}
