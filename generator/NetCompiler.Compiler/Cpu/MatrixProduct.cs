using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// C[r, j] = Σ{s} A[r, s] · B[s, j] in register tiles, as a part of what an implementation computes: A is read one element at a time, the
/// columns of B and C lie side by side. How many rows and terms there are may be known only when it runs.
/// </summary>
/// <param name="target">The target.</param>
/// <param name="name">The kernels' name.</param>
/// <param name="what">What it computes, for the reader.</param>
/// <param name="left">A.</param>
/// <param name="right">B.</param>
/// <param name="result">C.</param>
/// <param name="columns">The columns as vectors.</param>
/// <param name="rows">Rows at most.</param>
internal sealed class MatrixProduct(
    CpuTarget target, string name, string what, MatrixOperand left, MatrixOperand right, MatrixOperand result,
    ImmutableArray<VectorPiece> columns, int rows)
{
    private readonly Dictionary<string, KernelLaunch> _tiles = [];

    /// <summary>True to add to what C holds.</summary>
    public bool Adds { get; init; }

    /// <summary>What the sums of each row are multiplied with, one number for each; null for nothing.</summary>
    public MatrixOperand? Factors { get; init; }

    /// <summary>Rows of a tile.</summary>
    public int Rows => Partition.EvenSize(rows, LargestRows(Vectors));

    // As many vectors in a tile as make the most of what is loaded.
    private int Vectors => Enumerable.Range(1, Math.Min(columns.Length, target.VectorBudget / 2 - 1))
        .OrderByDescending(v => (double)LargestRows(v) * v / (LargestRows(v) + v)).First();

    /// <summary>The rows that are computed where so many are wanted: those of whole tiles.</summary>
    public Expression Reach(Expression count) => Index.Min(
        Index.Scale(Index.Divide(Index.Add(count, Constant.Index(Rows - 1)), Rows), Rows), Constant.Index(rows));

    /// <summary>Writes the loops over the tiles.</summary>
    /// <param name="driver">The calling kernel.</param>
    /// <param name="buffers">The plan's buffers.</param>
    /// <param name="count">Rows that are wanted.</param>
    /// <param name="terms">Columns of A.</param>
    /// <param name="leftAt">Where A begins.</param>
    /// <param name="rightAt">Where B begins.</param>
    /// <param name="resultAt">Where C begins.</param>
    public void Write(
        StageKernel driver, IReadOnlyList<PlanBuffer> buffers, Expression count, Expression terms, Expression leftAt, Expression rightAt,
        Expression resultAt)
    {
        var whole = rows / Rows * Rows;
        driver.Builder.Loop("row", Constant.Index(0), Index.Min(count, Constant.Index(whole)), Rows, row => Tiles(row, Rows));
        if (whole == rows || count is Constant { Number: var known } && known <= whole)
            return;
        var rest = driver.Builder.Nested(() => Tiles(Constant.Index(whole), rows - whole));
        driver.Builder.Add(count is Constant ? rest : new If(new Comparison(ComparisonFunction.Greater, count, Constant.Index(whole)), rest));

        void Tiles(Expression row, int size)
        {
            for (var first = 0; first < columns.Length; first += Vectors)
            {
                ImmutableArray<VectorPiece> pieces = [.. columns.Skip(first).Take(Vectors)];
                var offset = pieces[0].Offset;
                pieces = [.. pieces.Select(p => p with { Offset = p.Offset - offset })];
                var key = $"{size}: {string.Join(",", pieces)}";
                if (!_tiles.TryGetValue(key, out var tile))
                    _tiles[key] = tile = Tile(size, pieces);
                ImmutableArray<Expression> indices =
                [
                    Index.Add(leftAt, Index.Scale(row, left.RowStride)), Index.Add(rightAt, Constant.Index(offset)),
                    Index.Add(resultAt, Index.Add(Index.Scale(row, result.RowStride), Constant.Index(offset))),
                    .. Factors is null ? [] : ImmutableArray.Create(row), terms,
                ];
                driver.Builder.Add(new Call(tile.Kernel, [.. indices, .. tile.Arguments.Select(a => driver.Parameter(a, buffers))]));
            }
        }
    }

    // Registers hold the sums, the vectors, and where there are several of these the element that they are multiplied with.
    private int LargestRows(int vectors) => Math.Max(1, (target.VectorBudget - vectors - (vectors > 1 ? 1 : 0)) / vectors);

    private KernelLaunch Tile(int size, ImmutableArray<VectorPiece> pieces)
    {
        var kernel = new StageKernel(target.Lanes);
        var b = kernel.Builder;
        var (leftAt, rightAt, resultAt) = (Parameter("left"), Parameter("right"), Parameter("result"));
        var first = Factors is null ? null : Parameter("first");
        var terms = Parameter("terms");
        var (a, x, c) = (left.Pointer(kernel), right.Pointer(kernel), result.Pointer(kernel));
        var sums = new Variable[size, pieces.Length];
        Each((r, v) => sums[r, v] = b.Declare($"s{r}_{v}",
            Adds ? new Load(c, Place(r, v), pieces[v].Lanes) : Constant.Float(0, pieces[v].Lanes)));
        var widest = pieces.Max(p => p.Lanes);
        b.Loop("term", Constant.Index(0), terms, 1, term =>
        {
            var row = Index.Add(rightAt, Index.Scale(term, right.RowStride));
            var w = pieces.Select(p => b.Let("w", new Load(x, Index.Add(row, Constant.Index(p.Offset)), p.Lanes))).ToArray();
            for (var r = 0; r < size; r++)
            {
                var at = Index.Add(Index.Add(leftAt, Index.Scale(term, left.ColumnStride)), Constant.Index(r * left.RowStride));
                Expression element = new Load(a, at);
                if (pieces.Length > 1)
                    element = b.Let("x", widest > 1 ? new Broadcast(element, widest) : element);
                else if (widest > 1)
                    element = new Broadcast(element, widest);
                for (var v = 0; v < pieces.Length; v++)
                    b.Add(new Assign(sums[r, v], new FusedMultiplyAdd(Narrowed(element, pieces[v].Lanes), w[v], sums[r, v])));
            }
        });
        Each((r, v) =>
        {
            Expression sum = sums[r, v];
            if (Factors is { } factors)
            {
                Expression factor = new Load(factors.Pointer(kernel), Index.Add(first!, Constant.Index(r)));
                sum = new Binary(BinaryFunction.Multiply, sum, pieces[v].Lanes > 1 ? new Broadcast(factor, pieces[v].Lanes) : factor);
            }

            b.Add(new Store(c, Place(r, v), sum));
        });
        var number = _tiles.Count == 0 ? "" : (_tiles.Count + 1).ToString(CultureInfo.InvariantCulture);
        return kernel.ToLaunch(name + number, $"{what}: {size} rows × {pieces.Sum(p => p.Lanes)} columns in registers");

        Variable Parameter(string parameter) => kernel.Index(parameter, 0, int.MaxValue);

        Expression Place(int r, int v) => Index.Add(resultAt, Constant.Index(r * result.RowStride + pieces[v].Offset));

        void Each(Action<int, int> action)
        {
            for (var r = 0; r < size; r++)
            {
                for (var v = 0; v < pieces.Length; v++)
                    action(r, v);
            }
        }
    }

    private static Expression Narrowed(Expression element, int lanes) =>
        element.Type.Lanes == lanes ? element : lanes == 1 ? new Extract(element, 0) : new LowerLanes(element, lanes);
}
