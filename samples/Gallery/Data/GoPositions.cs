using NetCompiler.Runtime;
using NetCompiler.Training.Data;

namespace Gallery.Data;

/// <summary>Positions of games that two careless players play, with the moves that capture.</summary>
internal static class GoPositions
{
    /// <summary>Points of a row.</summary>
    public const int Size = 9;

    /// <summary>Planes of a position.</summary>
    public const int Planes = 4;

    private const int Points = Size * Size;

    /// <summary>Plays games, and keeps different positions of them.</summary>
    /// <param name="count">How many positions.</param>
    /// <param name="seed">Decides on the games.</param>
    /// <param name="except">Positions that are not to be kept; those that are kept join them.</param>
    /// <returns>(4, 9, 9) to (1, 9, 9): 1 where a move captures.</returns>
    public static InMemoryDataset Create(int count, ulong seed, HashSet<string> except)
    {
        var random = new RandomStream(seed, "go");
        var samples = new float[count * Planes * Points];
        var targets = new float[count * Points];
        var kept = 0;
        while (kept < count)
        {
            var board = new GoBoard(Size);
            var length = 30 + (int)(random.NextDouble() * 60);
            for (var ply = 0; ply < length && kept < count; ply++)
            {
                if (ply > 8 && random.NextDouble() < 0.12 && except.Add(Key(board)))
                    Write(board, samples.AsSpan(kept * Planes * Points, Planes * Points), targets.AsSpan(kept++ * Points, Points));
                Move(board, ref random);
            }
        }
        return InMemoryDataset.FromFloats(samples, [Planes, Size, Size], targets, [1, Size, Size]);
    }

    /// <summary>Writes a position as planes, and the moves that capture.</summary>
    /// <param name="board">The position.</param>
    /// <param name="planes">The mover's stones, the other's, the point that ko forbids, ones.</param>
    /// <param name="captures">1 where a move captures.</param>
    public static void Write(GoBoard board, Span<float> planes, Span<float> captures)
    {
        for (var i = 0; i < Points; i++)
        {
            planes[i] = board[i] == board.Turn ? 1 : 0;
            planes[Points + i] = board[i] == -board.Turn ? 1 : 0;
            planes[2 * Points + i] = i == board.Ko ? 1 : 0;
            planes[3 * Points + i] = 1;
            captures[i] = board.Captures(i) ? 1 : 0;
        }
    }

    /// <summary>Of a few legal moves, one that takes stones where there is one, every other time.</summary>
    private static void Move(GoBoard board, ref RandomStream random)
    {
        var (chosen, takes) = (-1, random.NextDouble() < 0.5);
        for (var attempt = 0; attempt < 12; attempt++)
        {
            var point = (int)(random.NextDouble() * Points);
            if (!board.IsLegal(point) || board.IsOwnEye(point))
                continue;
            if (chosen < 0 || takes && board.Captures(point))
                chosen = point;
        }
        if (chosen < 0)
            board.Pass();
        else
            board.Play(chosen);
    }

    private static string Key(GoBoard board) =>
        string.Create(Points + 2, board, static (text, b) =>
        {
            for (var i = 0; i < Points; i++)
                text[i] = (char)('b' + b[i] * b.Turn);
            (text[Points], text[Points + 1]) = ((char)('0' + (b.Ko + 1) / 10), (char)('0' + (b.Ko + 1) % 10));
        });
}
