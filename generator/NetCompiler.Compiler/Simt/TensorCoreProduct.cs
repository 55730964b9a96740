using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// The warps of a group multiply by tensor cores. Factors lie in shared memory in single precision, and are rounded when a thread takes
/// its part of them to registers.
/// </summary>
internal sealed class TensorCoreProduct(TensorTile tensor) : IGroupProduct
{
    private Expression _neighbour = SimtKernel.Thread(0);
    private Expression _line = SimtKernel.Thread(0);
    private Expression _warpColumn = SimtKernel.Thread(0);
    private Expression? _left;
    private Expression? _right;

    /// <inheritdoc/>
    public SimtTile Tile => tensor.Tile;

    /// <inheritdoc/>
    public string Description => tensor.ToString();

    /// <inheritdoc/>
    public bool CopiesAhead => true;

    /// <inheritdoc/>
    // The rows of a fragment are neighbours.
    public bool KeepsWindowsTogether => false;

    /// <inheritdoc/>
    public int Rows => 2 * tensor.Rows;

    /// <inheritdoc/>
    public int Columns => 2 * tensor.Columns;

    /// <inheritdoc/>
    public Expression FirstRow { get; private set; } = SimtKernel.Thread(0);

    /// <inheritdoc/>
    public Expression FirstColumn { get; private set; } = SimtKernel.Thread(0);

    /// <inheritdoc/>
    public int RowOffset(int row) => row / 2 * MatrixFragment.Rows + MatrixFragment.Sum(row % 2 * 2).Row;

    /// <inheritdoc/>
    public int ColumnOffset(int column) => column / 2 * MatrixFragment.Columns + MatrixFragment.Sum(column % 2).Column;

    /// <inheritdoc/>
    public int Pitch(int width) => tensor.Pitch(width);

    /// <inheritdoc/>
    public Expression Begin(SimtKernel kernel)
    {
        var builder = kernel.Builder;
        var thread = builder.Let("thread", Index.Add(Index.Scale(SimtKernel.Thread(1), Tile.ThreadsX), SimtKernel.Thread(0)));
        var (warp, lane) = (builder.Let("warp", Index.Divide(thread, MatrixFragment.Threads)),
            builder.Let("lane", Index.Remainder(thread, MatrixFragment.Threads)));
        _line = builder.Let("laneRow", Index.Divide(lane, MatrixFragment.Neighbours));
        _neighbour = builder.Let("laneColumn", Index.Remainder(lane, MatrixFragment.Neighbours));
        var row = Index.Scale(Index.Remainder(warp, tensor.WarpsX), tensor.Rows * MatrixFragment.Rows);
        _warpColumn = builder.Let("warpColumn", Index.Scale(Index.Divide(warp, tensor.WarpsX), tensor.Columns * MatrixFragment.Columns));
        FirstRow = builder.Let("tileRow", Index.Add(row, _line));
        FirstColumn = builder.Let("tileColumn", Index.Add(_warpColumn, Index.Scale(_neighbour, 2)));
        return thread;
    }

    /// <inheritdoc/>
    public void Prepare(SimtKernel kernel, SharedOperand rows, SharedOperand columns)
    {
        // Where the thread's elements of the first product begin.
        var term = Index.Scale(_neighbour, MatrixFragment.TermsOfNeighbour(tensor.Format));
        _left = kernel.Builder.Let("left", rows.At(term, FirstRow));
        _right = kernel.Builder.Let("right", columns.At(term, Index.Add(_warpColumn, _line)));
    }

    /// <inheritdoc/>
    public void MultiplyAdd(SimtKernel kernel, SharedOperand rows, SharedOperand columns, Variable[][][] sums)
    {
        var (builder, format) = (kernel.Builder, tensor.Format);
        var (a, b) = (Here("left", _left!, rows), Here("right", _right!, columns));
        builder.Loop("k", kernel.Index(0), kernel.Index(Tile.Depth), MatrixFragment.Terms(format), k =>
        {
            var right = Enumerable.Range(0, tensor.Columns).Select(j => Registers("b", j, MatrixFragment.RightRegisters, (register, element) =>
                new Load(b, columns.Offset(Index.Add(k, kernel.Index(MatrixFragment.Right(format, register, element))),
                    kernel.Index(j * MatrixFragment.Columns))))).ToArray();
            for (var i = 0; i < tensor.Rows; i++)
            {
                for (var w = 0; w < Tile.Window; w++)
                {
                    var first = w * Tile.BlockRows + i * MatrixFragment.Rows;
                    var left = Registers("a", i * Tile.Window + w, MatrixFragment.LeftRegisters, (register, element) =>
                    {
                        var place = MatrixFragment.Left(format, register, element);
                        return new Load(a,
                            rows.Offset(Index.Add(k, kernel.Index(place.Term)), kernel.Index(first + place.Row)));
                    });
                    for (var j = 0; j < tensor.Columns; j++)
                    {
                        var (upper, lower) = (sums[2 * i][w], sums[2 * i + 1][w]);
                        builder.Add(new MatrixMultiplyAdd(
                            format, [upper[2 * j], upper[2 * j + 1], lower[2 * j], lower[2 * j + 1]], left, right[j]));
                    }
                }
            }
        }, LoopKind.Unrolled);

        // In the half of shared memory that is full.
        Expression Here(string name, Expression first, SharedOperand operand) => operand.FullHalf is { } half
            ? builder.Let(name, new Binary(BinaryFunction.Add, first, half)) : first;

        ImmutableArray<Expression> Registers(string name, int number, int count, Func<int, int, Expression> element) =>
        [
            .. Enumerable.Range(0, count).Select(register => builder.Let(FormattableString.Invariant($"{name}{number}_{register}"),
                new FragmentRegister(format, [.. Enumerable.Range(0, MatrixFragment.ElementsOfRegister(format)).Select(e => element(register, e))]))),
        ];
    }
}
