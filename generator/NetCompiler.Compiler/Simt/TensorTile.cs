using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Simt;

/// <summary>How a contraction is cut up for the warps of a group, where tensor cores multiply.</summary>
/// <param name="Tile">The group's tile. Devices without tensor cores have the same groups, and threads with as many sums.</param>
/// <param name="WarpsX">Warps of a group along the rows of the result.</param>
/// <param name="WarpsY">Warps of a group along its columns.</param>
/// <param name="Format">What the factors are rounded to.</param>
internal sealed record TensorTile(SimtTile Tile, int WarpsX, int WarpsY, MatrixFormat Format)
{
    /// <summary>Products side by side along the rows of a warp; as many more for each element of a pooling window.</summary>
    public int Rows => Tile.BlockRows / WarpsX / MatrixFragment.Rows;

    /// <summary>Products side by side along the columns of a warp.</summary>
    public int Columns => Tile.BlockColumns / WarpsY / MatrixFragment.Columns;

    /// <summary>Bytes of shared memory: two parts of the sum, one of which is added up while the other one comes.</summary>
    public int SharedBytes => 2 * Tile.Depth * (Pitch(Tile.BlockRows * Tile.Window) + Pitch(Tile.BlockColumns)) * sizeof(float);

    /// <summary>
    /// Elements from a term to the next one in shared memory: the 32 of a register, 8 side by side of each of 4 terms, lie in 32 banks.
    /// </summary>
    public int Pitch(int width)
    {
        const int Banks = 32;
        while (width * MatrixFragment.TermsOfNeighbour(Format) % Banks is not (Banks / 4 or 3 * Banks / 4))
            width++;
        return width;
    }

    /// <summary>The tile with warps that have so many products side by side.</summary>
    public static TensorTile Of(int warpsX, int warpsY, int rows, int columns, int window, int depth, MatrixFormat format)
    {
        // As a warp's threads lie in the sums of a product: eight rows, of each four threads.
        const int LinesOfWarp = MatrixFragment.Threads / MatrixFragment.Neighbours;
        return new TensorTile(
            new SimtTile(LinesOfWarp * warpsX, MatrixFragment.Neighbours * warpsY, MatrixFragment.Rows / LinesOfWarp * rows,
                MatrixFragment.Columns / MatrixFragment.Neighbours * columns, window, depth, 1),
            warpsX, warpsY, format);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var window = Tile.Window > 1 ? FormattableString.Invariant($" × {Tile.Window} of a window") : "";
        var slices = Tile.Slices > 1 ? FormattableString.Invariant($", the batch in {Tile.Slices} slices") : "";
        var terms = MatrixFragment.Terms(Format);
        return FormattableString.Invariant($"{WarpsX} × {WarpsY} warps, each {Rows}{window} × {Columns} products of ")
            + FormattableString.Invariant($"{MatrixFragment.Rows} × {terms} and {terms} × {MatrixFragment.Columns} in {Format}; ")
            + FormattableString.Invariant($"{Tile.Depth} terms at a time in shared memory{slices}");
    }
}
