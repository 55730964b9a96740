namespace NetCompiler.Runtime.Tests.Data;

/// <summary>Matrices in compressed sparse rows, and inputs that they fill.</summary>
public class SparseMatrixTests
{
    [Fact]
    public void EntriesAreOrderedByRows()
    {
        var matrix = SparseMatrix.FromEntries(3, [(2, 0, 1f), (0, 2, 2f), (2, 1, 3f), (0, 0, 4f)]);

        Assert.Equal((3, 4), (matrix.Rows, matrix.Count));
        Assert.Equal([0, 2, 2, 4], matrix.Offsets.ToArray());
        Assert.Equal([2, 0, 0, 1], matrix.Columns.ToArray());
        Assert.Equal([2f, 4f, 1f, 3f], matrix.Values.ToArray());
    }

    [Fact]
    public void EdgesCountByTheDegreesOfTheirNodes()
    {
        var matrix = SparseMatrix.Normalized(3, [(0, 1)]);

        Assert.Equal([0, 2, 4, 5], matrix.Offsets.ToArray());
        Assert.Equal([0, 1, 1, 0, 2], matrix.Columns.ToArray());
        Assert.Equal([0.5f, 0.5f, 0.5f, 0.5f, 1f], matrix.Values.ToArray());
    }

    [Fact]
    public void InputsForMoreAreFilledUpWithNothing()
    {
        var (offsets, columns, values) = (new int[5], new int[4], new float[4]);
        columns.AsSpan().Fill(7);
        values.AsSpan().Fill(7);

        SparseMatrix.FromEntries(2, [(1, 0, 3f)]).CopyTo(offsets, columns, values);

        Assert.Equal([0, 0, 1, 1, 1], offsets);
        Assert.Equal([0, 0, 0, 0], columns);
        Assert.Equal([3f, 0f, 0f, 0f], values);
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var matrix = SparseMatrix.FromEntries(2, [(1, 0, 3f), (0, 0, 1f)]);

        Assert.StartsWith("The graph has 2 nodes, expected at most the 1 ", Assert.Throws<ArgumentException>(() => matrix.CopyTo(new int[2], new int[4], new float[4])).Message);
        Assert.StartsWith("The graph has 2 edges, expected at most the 1 ", Assert.Throws<ArgumentException>(() => matrix.CopyTo(new int[3], new int[1], new float[4])).Message);
        Assert.StartsWith(
            "Entry 1 is at (2, 0), expected rows and columns from 0 to 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => SparseMatrix.FromEntries(2, [(0, 0, 1f), (2, 0, 1f)])).Message);
    }
}
