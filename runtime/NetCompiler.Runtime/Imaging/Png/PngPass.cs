namespace NetCompiler.Imaging;

/// <summary>The pixels that come one after the other: all of them, or those of one of the seven passes of Adam7 (PNG, 8.2).</summary>
/// <param name="X">The first column.</param>
/// <param name="Y">The first row.</param>
/// <param name="StepX">From column to column.</param>
/// <param name="StepY">From row to row.</param>
internal readonly record struct PngPass(int X, int Y, int StepX, int StepY)
{
    /// <summary>The only pass of a picture that is not interlaced.</summary>
    public static ReadOnlySpan<PngPass> Whole => s_whole;

    /// <summary>The passes of an interlaced picture.</summary>
    public static ReadOnlySpan<PngPass> Adam7 => s_adam7;

    private static readonly PngPass[] s_whole = [new(0, 0, 1, 1)];

    private static readonly PngPass[] s_adam7 =
    [
        new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2),
    ];

    /// <summary>Columns of a picture of that width that are in the pass.</summary>
    public int Columns(int width) => (width - X + StepX - 1) / StepX;

    /// <summary>Rows of a picture of that height that are in the pass; none where it has no columns.</summary>
    public int Rows(int width, int height) => Columns(width) <= 0 ? 0 : Math.Max(0, (height - Y + StepY - 1) / StepY);
}
