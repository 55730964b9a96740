namespace Gallery.Data;

/// <summary>
/// The rules of Go on a square board: groups, liberties, captures, no suicide, and no immediate retaking of a ko.
/// </summary>
/// <param name="size">Points of a row.</param>
internal sealed class GoBoard(int size)
{
    private readonly sbyte[] _stones = new sbyte[size * size];
    private readonly int[] _marks = new int[size * size];
    private readonly List<int> _group = [];
    private int _mark;

    /// <summary>Points of a row.</summary>
    public int Size { get; } = size;

    /// <summary>How many points there are.</summary>
    public int Points => _stones.Length;

    /// <summary>Whose turn it is: 1 for black, −1 for white.</summary>
    public sbyte Turn { get; private set; } = 1;

    /// <summary>The point where a move would retake a ko; −1 for none.</summary>
    public int Ko { get; private set; } = -1;

    /// <summary>A point: 1 black, −1 white, 0 empty.</summary>
    /// <param name="point">Row by row, from 0.</param>
    public sbyte this[int point] => _stones[point];

    /// <summary>Lays a position out: X black, O white, anything else empty; black moves.</summary>
    /// <param name="rows">The rows, from the top.</param>
    public static GoBoard Parse(params ReadOnlySpan<string> rows)
    {
        var board = new GoBoard(rows.Length);
        for (var i = 0; i < board.Points; i++)
            board._stones[i] = rows[i / rows.Length][i % rows.Length] switch { 'X' => 1, 'O' => -1, _ => 0 };
        return board;
    }

    /// <summary>The liberties of the group that a stone belongs to.</summary>
    /// <param name="point">Where the stone is.</param>
    public int Liberties(int point)
    {
        _group.Clear();
        _mark++;
        _group.Add(point);
        _marks[point] = _mark;
        var liberties = 0;
        for (var i = 0; i < _group.Count; i++)
        {
            foreach (var neighbour in Neighbours(_group[i]))
            {
                if (_marks[neighbour] == _mark)
                    continue;
                if (_stones[neighbour] == 0)
                    liberties++;
                else if (_stones[neighbour] == _stones[point])
                    _group.Add(neighbour);
                else
                    continue;
                _marks[neighbour] = _mark;
            }
        }
        return liberties;
    }

    /// <summary>Whether a move is allowed: on an empty point, not retaking a ko, with a liberty once captures are off the board.</summary>
    /// <param name="point">Where.</param>
    public bool IsLegal(int point)
    {
        if (_stones[point] != 0 || point == Ko)
            return false;
        if (HasEmptyNeighbour(point) || Captures(point))
            return true;
        foreach (var neighbour in Neighbours(point))
        {
            if (_stones[neighbour] == Turn && Liberties(neighbour) > 1)
                return true;
        }
        return false;
    }

    /// <summary>Whether a move on an empty point would take stones: a group of the other colour has its last liberty there.</summary>
    /// <param name="point">Where.</param>
    public bool Captures(int point)
    {
        if (_stones[point] != 0 || point == Ko)
            return false;
        foreach (var neighbour in Neighbours(point))
        {
            if (_stones[neighbour] == -Turn && Liberties(neighbour) == 1)
                return true;
        }
        return false;
    }

    /// <summary>Moves.</summary>
    /// <param name="point">Where; a legal move.</param>
    /// <returns>How many stones were taken.</returns>
    public int Play(int point)
    {
        if (!IsLegal(point))
            throw new ArgumentException($"Point {point}: expected a legal move.", nameof(point));
        var (taken, last) = (0, -1);
        foreach (var neighbour in Neighbours(point).ToList())
        {
            if (_stones[neighbour] != -Turn || Liberties(neighbour) != 1)
                continue;
            foreach (var stone in _group)
                _stones[stone] = 0;
            (taken, last) = (taken + _group.Count, neighbour);
        }
        _stones[point] = Turn;
        // One stone took one stone and could be taken back at once: that would be the same position again.
        Ko = taken == 1 && Liberties(point) == 1 && _group.Count == 1 ? last : -1;
        Turn = (sbyte)-Turn;
        return taken;
    }

    /// <summary>Lets a move pass.</summary>
    public void Pass() => (Turn, Ko) = ((sbyte)-Turn, -1);

    /// <summary>Whether a point is an eye of whose turn it is: all its neighbours are own stones.</summary>
    /// <param name="point">Where.</param>
    public bool IsOwnEye(int point) => Neighbours(point).All(n => _stones[n] == Turn);

    private bool HasEmptyNeighbour(int point) => Neighbours(point).Any(n => _stones[n] == 0);

    private IEnumerable<int> Neighbours(int point)
    {
        var (y, x) = (point / Size, point % Size);
        if (y > 0)
            yield return point - Size;
        if (x > 0)
            yield return point - 1;
        if (x < Size - 1)
            yield return point + 1;
        if (y < Size - 1)
            yield return point + Size;
    }
}
