namespace NetCompiler;

/// <summary>
/// A sparse matrix in compressed sparse rows (CSR): the adjacency that <see cref="Layers.GraphConv"/> reads. A network declares how many nodes
/// and edges there are at most; <see cref="CopyTo"/> fills its inputs up with nothing where a graph has fewer.
/// </summary>
public sealed class SparseMatrix
{
    private readonly int[] _offsets;
    private readonly int[] _columns;
    private readonly float[] _values;

    private SparseMatrix(int[] offsets, int[] columns, float[] values)
    {
        _offsets = offsets;
        _columns = columns;
        _values = values;
    }

    /// <summary>Rows, which are as many as columns: the nodes of a graph.</summary>
    public int Rows => _offsets.Length - 1;

    /// <summary>Entries: the edges of a graph.</summary>
    public int Count => _columns.Length;

    /// <summary>Where the entries of each row begin, and where those of the last one end; one more than there are rows.</summary>
    public ReadOnlySpan<int> Offsets => _offsets;

    /// <summary>The column of each entry.</summary>
    public ReadOnlySpan<int> Columns => _columns;

    /// <summary>The number of each entry.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>A matrix of entries in any order; those of one row stay in theirs.</summary>
    /// <param name="rows">Rows and columns, 0 or more.</param>
    /// <param name="entries">Row, column and number of each; several at one place count together.</param>
    /// <exception cref="ArgumentOutOfRangeException">An entry lies outside of the matrix.</exception>
    public static SparseMatrix FromEntries(int rows, ReadOnlySpan<(int Row, int Column, float Value)> entries)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        var offsets = new int[rows + 1];
        for (var i = 0; i < entries.Length; i++)
        {
            var (row, column, _) = entries[i];
            if ((uint)row >= (uint)rows || (uint)column >= (uint)rows)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(entries), $"Entry {i} is at ({row}, {column}), expected rows and columns from 0 to {rows - 1}.");
            }

            offsets[row + 1]++;
        }

        for (var row = 0; row < rows; row++)
            offsets[row + 1] += offsets[row];
        var (columns, values, next) = (new int[entries.Length], new float[entries.Length], offsets.AsSpan().ToArray());
        foreach (var (row, column, value) in entries)
        {
            columns[next[row]] = column;
            values[next[row]++] = value;
        }

        return new SparseMatrix(offsets, columns, values);
    }

    /// <summary>
    /// The adjacency of an undirected graph as graph convolutions take it, D^(−½) · (A + I) · D^(−½) with the degrees D of A + I (Kipf and
    /// Welling: Semi-Supervised Classification with Graph Convolutional Networks, 2017).
    /// </summary>
    /// <param name="nodes">Nodes, 0 or more.</param>
    /// <param name="edges">Each edge once, in either direction; none from a node to itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">An edge ends at no node.</exception>
    public static SparseMatrix Normalized(int nodes, ReadOnlySpan<(int From, int To)> edges)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nodes);
        var entries = new (int, int, float)[checked(nodes + 2 * edges.Length)];
        for (var i = 0; i < nodes; i++)
            entries[i] = (i, i, 1);
        for (var i = 0; i < edges.Length; i++)
        {
            entries[nodes + 2 * i] = (edges[i].From, edges[i].To, 1);
            entries[nodes + 2 * i + 1] = (edges[i].To, edges[i].From, 1);
        }

        var matrix = FromEntries(nodes, entries);
        for (var row = 0; row < nodes; row++)
        {
            for (var entry = matrix._offsets[row]; entry < matrix._offsets[row + 1]; entry++)
                matrix._values[entry] = 1 / MathF.Sqrt((float)matrix.Degree(row) * matrix.Degree(matrix._columns[entry]));
        }

        return matrix;
    }

    /// <summary>
    /// Fills the inputs of a network that were declared for graphs of some size at most. Nodes that are not there have no edges; behind the
    /// edges there are zeros.
    /// </summary>
    /// <param name="offsets">One more than the nodes that were declared.</param>
    /// <param name="columns">The edges that were declared.</param>
    /// <param name="values">As many.</param>
    /// <exception cref="ArgumentException">The graph has more nodes or edges than that.</exception>
    public void CopyTo(Span<int> offsets, Span<int> columns, Span<float> values)
    {
        Check(offsets.Length - 1, Rows, "nodes", nameof(offsets));
        Check(columns.Length, Count, "edges", nameof(columns));
        Check(values.Length, Count, "edges", nameof(values));
        _offsets.CopyTo(offsets);
        offsets[_offsets.Length..].Fill(Count);
        _columns.CopyTo(columns);
        columns[Count..].Clear();
        _values.CopyTo(values);
        values[Count..].Clear();

        static void Check(int declared, int count, string what, string parameter)
        {
            if (count > declared)
                throw new ArgumentException($"The graph has {count} {what}, expected at most the {declared} that there is room for.", parameter);
        }
    }

    private int Degree(int row) => _offsets[row + 1] - _offsets[row];
}
