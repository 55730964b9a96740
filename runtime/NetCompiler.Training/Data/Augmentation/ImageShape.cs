namespace NetCompiler.Training.Data;

/// <summary>The extents of a picture whose planes lie one after the other, (C, H, W).</summary>
/// <param name="Channels">Planes.</param>
/// <param name="Height">Rows of a plane.</param>
/// <param name="Width">Pixels of a row.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Pixels of a plane.</summary>
    public int PlaneLength => Height * Width;

    /// <summary>Samples of the picture.</summary>
    public int Length => Channels * PlaneLength;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"({Channels}, {Height}, {Width})");
}
