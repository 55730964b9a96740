using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// The numbers of rounds that do the same, as columns: what is the same in all rounds is a constant, what differs from another column
/// by the same distance in all rounds is that column's plus the distance, and only what is left is in the table.
/// </summary>
internal sealed class NumberColumns
{
    // For each number the column in the table, -1 for none, and what is added to it.
    private readonly ImmutableArray<(int Column, long Distance)> _sources;
    private readonly ImmutableArray<int> _columns;

    /// <summary>Columns for the numbers of all rounds.</summary>
    public NumberColumns(ImmutableArray<ImmutableArray<long>> rounds)
    {
        var sources = ImmutableArray.CreateBuilder<(int, long)>();
        var columns = ImmutableArray.CreateBuilder<int>();
        for (var n = 0; n < rounds[0].Length; n++)
        {
            if (rounds.All(r => r[n] == rounds[0][n]))
            {
                sources.Add((-1, rounds[0][n]));
                continue;
            }

            var near = -1;
            for (var c = 0; c < columns.Count && near < 0; c++)
            {
                if (rounds.All(r => r[n] - r[columns[c]] == rounds[0][n] - rounds[0][columns[c]]))
                    near = c;
            }

            if (near < 0)
            {
                near = columns.Count;
                columns.Add(n);
            }

            sources.Add((near, rounds[0][n] - rounds[0][columns[near]]));
        }

        (_sources, _columns) = (sources.ToImmutable(), columns.ToImmutable());
    }

    /// <summary>Numbers that each round has in the table.</summary>
    public int Width => _columns.Length;

    /// <summary>A number of a round.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="row">Where the round's row is; null where it has none.</param>
    public Expression Number(int number, Expression? row)
    {
        var (column, distance) = _sources[number];
        return column < 0 ? Constant.Index(distance)
            : IndexArithmetic.Add(new Conversion(new Load(row!, Constant.Index(column)), ScalarKind.I64), Constant.Index(distance));
    }

    /// <summary>What the table holds of a round.</summary>
    public ImmutableArray<int> Row(ImmutableArray<long> numbers) => [.. _columns.Select(c => checked((int)numbers[c]))];
}
