using System.Globalization;
using NetCompiler.Compiler.Kernels;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// T·x·Tᵀ of square tiles x, in vectors over channels: T applied to the columns of a tile, and then to the rows of what that gives.
/// </summary>
/// <param name="transform">T.</param>
/// <param name="lanes">Channels of a vector.</param>
internal sealed class TileTransform(LinearTransform transform, int lanes)
{
    // What lies between both steps stays in registers where that is so many vectors; else in memory, and both steps are loops, so that
    // what is written does not grow with the square of the tile.
    private const int LargestInRegisters = 16;

    private readonly bool _isUnrolled = transform.Rows * transform.Columns <= LargestInRegisters;

    /// <summary>T.</summary>
    public LinearTransform Transform => transform;

    /// <summary>Cycles for a vector of a tile's channels: arithmetic, and loads and stores on both sides of both steps.</summary>
    /// <param name="transform">T.</param>
    public static double Cycles(LinearTransform transform)
    {
        var (rows, columns) = (transform.Rows, transform.Columns);
        var arithmetic = (rows + columns) * transform.Operations / CpuTarget.MultiplyAddsPerCycle;
        var between = rows * columns <= LargestInRegisters ? 0 : rows * columns;
        var loads = (columns * columns + between) / CpuTarget.LoadsPerCycle;
        var stores = rows * rows + between;
        return arithmetic + Math.Max(loads, stores);
    }

    /// <summary>Writes the transform.</summary>
    /// <param name="b">The kernel.</param>
    /// <param name="column">
    /// Called once for each column of the tile, in front of its loads: returns what loads an element of it by its row.
    /// </param>
    /// <param name="rows">
    /// Gets one row of the result, or a group of <paramref name="groupRows"/>: the number of the group, and its elements by row and column.
    /// </param>
    /// <param name="groupRows">Rows that are handed on together; divides those of the result.</param>
    public void Write(
        KernelBuilder b, Func<Expression, Func<int, Expression>> column, Action<Expression, Expression[][]> rows, int groupRows = 1)
    {
        var between = new Expression[transform.Rows, transform.Columns];
        Variable? memory = null;
        if (!_isUnrolled)
        {
            memory = b.Fresh("between", KernelType.PointerTo(ScalarKind.F32, AddressSpace.Local));
            b.Add(new Allocate(memory, transform.Rows * transform.Columns * lanes));
        }

        Each("column", transform.Columns, j =>
        {
            var load = column(j);
            var x = Enumerable.Range(0, transform.Columns).Select(i => b.Let("x", load(i))).ToArray();
            var y = transform.Apply(b, i => x[i]);
            for (var i = 0; i < y.Length; i++)
            {
                if (memory is null)
                    between[i, (int)((Constant)j).Number] = b.Let("y", y[i]);
                else
                    b.Add(new Store(memory, Place(Constant.Index(i), j), y[i]));
            }
        });
        Each("row", transform.Rows / groupRows, group => rows(group, [.. Enumerable.Range(0, groupRows).Select(i =>
        {
            var row = Index.Add(Index.Scale(group, groupRows), Constant.Index(i));
            var x = Enumerable.Range(0, transform.Columns).Select(j => memory is null
                ? between[(int)((Constant)row).Number, j]
                : b.Let("x", new Load(memory, Place(row, Constant.Index(j)), lanes))).ToArray();
            return transform.Apply(b, j => x[j]).Select(y => b.Let("z", y)).ToArray();
        })]));

        Expression Place(Expression i, Expression j) =>
            Index.Add(Index.Scale(i, (long)transform.Columns * lanes), Index.Scale(j, lanes));

        void Each(string name, int count, Action<Expression> body)
        {
            if (!_isUnrolled)
            {
                b.Loop(name, count, body);
                return;
            }

            for (var i = 0; i < count; i++)
                body(Constant.Index(i));
        }
    }

    /// <summary>
    /// The kernel that transforms tiles of an image and writes each element to a matrix of its own. Parameters: the tile's first
    /// element; where its transformed elements begin; channels, a multiple of the lanes; elements from a row of the image to the next and
    /// from a column to the next; elements from a matrix to the next.
    /// </summary>
    /// <param name="name">The kernel's name.</param>
    /// <param name="summary">What it does.</param>
    public Kernel ToKernel(string name, string summary)
    {
        var b = new KernelBuilder();
        var from = Pointer(b, "image", BufferAccess.Read);
        var to = Pointer(b, "matrices", BufferAccess.Write);
        var channels = Number(b, "channels");
        var rowStride = Number(b, "rowStride");
        var columnStride = Number(b, "columnStride");
        var matrixStride = Number(b, "matrixStride");
        var rows = Multiples(b, "row", rowStride, transform.Columns);
        var elements = Multiples(b, "element", matrixStride, transform.Rows);
        b.Loop("c", Constant.Index(0), channels, lanes, c => Write(
            b,
            j =>
            {
                var at = b.Let("at", Index.Add(from, Index.Add(c, Product(columnStride, j))));
                return i => new Load(at, rows[i], lanes);
            },
            (i, z) =>
            {
                var at = b.Let("to", Index.Add(to, Index.Add(c, Product(matrixStride, Index.Scale(i, transform.Rows)))));
                for (var j = 0; j < transform.Rows; j++)
                    b.Add(new Store(at, elements[j], z[0][j]));
            }));
        return b.Build(name, summary);
    }

    /// <summary>A pointer that a kernel is handed.</summary>
    internal static Variable Pointer(KernelBuilder b, string name, BufferAccess access) =>
        b.Parameter(new KernelParameter(new Variable(name, KernelType.PointerTo(ScalarKind.F32)), access));

    /// <summary>A number that a kernel is handed.</summary>
    internal static Variable Number(KernelBuilder b, string name) => b.Parameter(new KernelParameter(new Variable(name, KernelType.I64)));

    /// <summary>0, 1, 2, … times a number.</summary>
    internal static Expression[] Multiples(KernelBuilder b, string name, Expression number, int count) =>
        [.. Enumerable.Range(0, count).Select(i => b.Let(name + i.ToString(CultureInfo.InvariantCulture), Index.Scale(number, i)))];

    /// <summary>A product of numbers, one of which may be a constant.</summary>
    internal static Expression Product(Expression number, Expression factor) => factor is Constant { Number: var constant }
        ? Index.Scale(number, (long)constant)
        : new Binary(BinaryFunction.Multiply, number, factor);
}
