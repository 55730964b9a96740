using NetCompiler.Compiler.Kernels;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// Each thread multiplies and adds by itself, in single precision. Of what it reads from shared memory, elements of a pooling window and
/// neighbouring columns come four at a time. Terms are added up in one order, whether they are copied ahead or not.
/// </summary>
/// <param name="tile">The group's tile.</param>
/// <param name="copiesAhead">Whether the next part of a sum is copied while one is added up, by devices that can.</param>
internal sealed class ThreadProduct(SimtTile tile, bool copiesAhead = false) : IGroupProduct
{
    /// <inheritdoc/>
    public SimtTile Tile => tile;

    /// <inheritdoc/>
    public string Description => copiesAhead ? $"{tile}, the next ones on their way" : tile.ToString();

    /// <inheritdoc/>
    public bool CopiesAhead => copiesAhead;

    /// <inheritdoc/>
    public bool KeepsWindowsTogether => tile.Window % SimtTarget.LanesOfAccess == 0;

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
    public int ColumnOffset(int column) => column / tile.Neighbours * tile.Neighbours * tile.ThreadsY + column % tile.Neighbours;

    /// <inheritdoc/>
    public int Pitch(int width) => SimtTile.Pitch(width);

    /// <inheritdoc/>
    public Expression Begin(SimtKernel kernel)
    {
        var builder = kernel.Builder;
        FirstRow = builder.Let("threadX", SimtKernel.Thread(0));
        var threadY = tile.ThreadsY == 1 ? kernel.Index(0) : builder.Let("threadY", SimtKernel.Thread(1));
        FirstColumn = Index.Scale(threadY, tile.Neighbours);
        return tile.ThreadsY == 1 ? FirstRow : builder.Let("thread", Index.Add(Index.Scale(threadY, tile.ThreadsX), FirstRow));
    }

    /// <inheritdoc/>
    public void Prepare(SimtKernel kernel, SharedOperand rows, SharedOperand columns)
    {
    }

    /// <inheritdoc/>
    public void MultiplyAdd(SimtKernel kernel, SharedOperand rows, SharedOperand columns, Variable[][][] sums)
    {
        columns.BeginReading();
        rows.BeginReading();
        kernel.Builder.Loop("k", kernel.Index(0), kernel.Index(tile.Depth), 1, k =>
        {
            var right = new List<Expression>();
            for (var c = 0; c < tile.Columns; c += tile.Neighbours)
                right.AddRange(columns.Read(Name("right", c), k, Index.Add(FirstColumn, kernel.Index(ColumnOffset(c))), tile.Neighbours));
            for (var r = 0; r < tile.Rows; r++)
            {
                var left = rows.ReadWindow(Name("left", r), k, Index.Add(FirstRow, kernel.Index(RowOffset(r))));
                for (var w = 0; w < tile.Window; w++)
                {
                    for (var c = 0; c < tile.Columns; c++)
                        kernel.Builder.Add(new Assign(sums[r][w][c], new FusedMultiplyAdd(left[w], right[c], sums[r][w][c])));
                }
            }
        }, LoopKind.Unrolled);

        static string Name(string factor, int number) => FormattableString.Invariant($"{factor}{number}");
    }
}
