namespace NetCompiler.Imaging;

/// <summary>The five filters of PNG's rows (PNG, clause 9). Rows have no filter byte here; the one above the first is all zeros.</summary>
internal static class PngFilter
{
    public const byte None = 0;
    public const byte Sub = 1;
    public const byte Up = 2;
    public const byte Average = 3;
    public const byte Paeth = 4;

    /// <summary>Undoes a filter in place.</summary>
    /// <param name="filter">0 to 4.</param>
    /// <param name="row">The row as it was filtered.</param>
    /// <param name="above">The row above, as it is.</param>
    /// <param name="distance">Bytes from a pixel to the next, at least 1.</param>
    public static void Undo(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        above = above[..row.Length];
        var first = Math.Min(distance, row.Length);
        switch (filter)
        {
            case Sub:
                for (var i = first; i < row.Length; i++)
                    row[i] += row[i - distance];
                break;
            case Up:
                for (var i = 0; i < row.Length; i++)
                    row[i] += above[i];
                break;
            case Average:
                for (var i = 0; i < first; i++)
                    row[i] += (byte)(above[i] >> 1);
                for (var i = first; i < row.Length; i++)
                    row[i] += (byte)((row[i - distance] + above[i]) >> 1);
                break;
            case Paeth:
                for (var i = 0; i < first; i++)
                    row[i] += above[i];
                for (var i = first; i < row.Length; i++)
                    row[i] += Predict(row[i - distance], above[i], above[i - distance]);
                break;
        }
    }

    /// <summary>Applies a filter.</summary>
    /// <param name="filter">0 to 4.</param>
    /// <param name="row">The row.</param>
    /// <param name="above">The row above.</param>
    /// <param name="distance">Bytes from a pixel to the next, at least 1.</param>
    /// <param name="filtered">Where the filtered row goes, as long.</param>
    public static void Apply(byte filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int distance, Span<byte> filtered)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var left = i < distance ? (byte)0 : row[i - distance];
            var corner = i < distance ? (byte)0 : above[i - distance];
            filtered[i] = (byte)(row[i] - filter switch
            {
                Sub => left,
                Up => above[i],
                Average => (left + above[i]) >> 1,
                Paeth => Predict(left, above[i], corner),
                _ => 0,
            });
        }
    }

    private static byte Predict(byte left, byte above, byte corner)
    {
        var toLeft = Math.Abs(above - corner);
        var toAbove = Math.Abs(left - corner);
        var toCorner = Math.Abs(left + above - 2 * corner);
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
}
