namespace NetCompiler.Compiler.Simt;

/// <summary>How a contraction is cut up for groups and threads.</summary>
/// <param name="ThreadsX">Threads of a group along the rows of the result.</param>
/// <param name="ThreadsY">Threads of a group along its columns.</param>
/// <param name="Rows">Rows that a thread computes, in steps of ThreadsX; of each, all elements of a pooling window.</param>
/// <param name="Columns">Columns that a thread computes, in steps of ThreadsY; where it can be, four neighbours a step.</param>
/// <param name="Window">Elements of a row: those of the pooling window behind the contraction, else 1.</param>
/// <param name="Depth">Terms of the sums that are in shared memory at a time.</param>
/// <param name="Slices">Parts that a sum over the batch is split into; 1 where there is none.</param>
internal sealed record SimtTile(int ThreadsX, int ThreadsY, int Rows, int Columns, int Window, int Depth, int Slices)
{
    /// <summary>Threads of a group.</summary>
    public int Threads => ThreadsX * ThreadsY;

    /// <summary>Rows of a group.</summary>
    public int BlockRows => ThreadsX * Rows;

    /// <summary>Columns of a group.</summary>
    public int BlockColumns => ThreadsY * Columns;

    /// <summary>Sums that a thread keeps in registers.</summary>
    public int Sums => Rows * Window * Columns;

    /// <summary>Columns of a thread that lie side by side and are read at once. Rows do not: neighbouring threads write neighbouring rows of the result.</summary>
    public int Neighbours => Columns % SimtTarget.LanesOfAccess == 0 ? SimtTarget.LanesOfAccess : 1;

    /// <summary>Bytes of shared memory.</summary>
    public int SharedBytes => Depth * (Pitch(BlockRows * Window) + Pitch(BlockColumns)) * sizeof(float);

    /// <summary>
    /// Elements from a term to the next one in shared memory: a multiple of four, so that four of a term can be read at once, and not of eight,
    /// so that threads that write eight terms of four places one below the other meet in no bank.
    /// </summary>
    public static int Pitch(int width) => (width + 3) / 8 * 8 + 4;

    /// <summary>The groups of a launch.</summary>
    public long Groups(ContractionShape shape, int chunk) =>
        Blocks(shape.Rows.Largest(chunk), BlockRows) * Blocks(shape.Columns.Largest(chunk), BlockColumns)
            * shape.Planes.Largest(chunk) * Slices;

    /// <summary>
    /// With slices of the batch, where it is summed, so that there are groups enough. They are part of what a sum's bits are, and follow from
    /// the shape alone.
    /// </summary>
    public SimtTile Sliced(ContractionShape shape, int chunk) => shape.Contraction.SumsBatch
        ? this with { Slices = (int)Math.Max(1, Math.Min(chunk, SimtTarget.Multiprocessors / Groups(shape, chunk))) }
        : this;

    /// <summary>Blocks of a size that cover an extent.</summary>
    public static long Blocks(long extent, int block) => (extent + block - 1) / block;

    /// <inheritdoc/>
    public override string ToString()
    {
        var window = Window > 1 ? FormattableString.Invariant($" × {Window} of a window") : "";
        var slices = Slices > 1 ? FormattableString.Invariant($", the batch in {Slices} slices") : "";
        return FormattableString.Invariant($"{ThreadsX} × {ThreadsY} threads, each {Rows}{window} × {Columns} sums in registers; ")
            + FormattableString.Invariant($"{Depth} terms at a time in shared memory{slices}");
    }
}
