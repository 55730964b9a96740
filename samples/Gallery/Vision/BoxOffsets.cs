using NetCompiler.Detection;

namespace Gallery.Vision;

/// <summary>
/// How a box lies to a reference, in numbers that do not depend on the reference's place and size (Girshick et al., 2014): the distance of
/// the middles in widths and heights of the reference, and the logarithms of how many times as wide and high the box is.
/// </summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Downwards.</param>
/// <param name="Width">ln(width / the reference's).</param>
/// <param name="Height">ln(height / the reference's).</param>
internal readonly record struct BoxOffsets(float X, float Y, float Width, float Height)
{
    /// <summary>
    /// What networks learn is divided by this, so that it varies by about 1 and not by much less than scores do (Girshick, 2015).
    /// </summary>
    public static readonly BoxOffsets Deviation = new(0.1f, 0.1f, 0.2f, 0.2f);

    /// <summary>How a box lies to a reference.</summary>
    /// <param name="box">The box, not empty.</param>
    /// <param name="reference">What it is seen from, not empty.</param>
    public static BoxOffsets Of(Box box, Box reference) => new(
        (box.Left + box.Right - reference.Left - reference.Right) / 2 / reference.Width,
        (box.Top + box.Bottom - reference.Top - reference.Bottom) / 2 / reference.Height,
        MathF.Log(box.Width / reference.Width),
        MathF.Log(box.Height / reference.Height));

    /// <summary>The box that lies so to a reference.</summary>
    /// <param name="reference">What it is seen from.</param>
    public Box From(Box reference)
    {
        // A network that has learned little must not make boxes that no number holds.
        const float Largest = 4;
        return Box.FromCenter(
            (reference.Left + reference.Right) / 2 + X * reference.Width,
            (reference.Top + reference.Bottom) / 2 + Y * reference.Height,
            reference.Width * MathF.Exp(Math.Min(Width, Largest)),
            reference.Height * MathF.Exp(Math.Min(Height, Largest)));
    }

    /// <summary>Reads offsets that a network gives, in units of <see cref="Deviation"/>.</summary>
    /// <param name="numbers">All that it gives.</param>
    /// <param name="at">Where the first of the four numbers is.</param>
    /// <param name="step">How far the others are from each other.</param>
    public static BoxOffsets Read(ReadOnlySpan<float> numbers, int at, int step = 1) => new(
        numbers[at] * Deviation.X,
        numbers[at + step] * Deviation.Y,
        numbers[at + 2 * step] * Deviation.Width,
        numbers[at + 3 * step] * Deviation.Height);

    /// <summary>Writes offsets as a network is to give them, in units of <see cref="Deviation"/>.</summary>
    /// <param name="numbers">All that it is to give.</param>
    /// <param name="at">Where the first of the four numbers is.</param>
    /// <param name="step">How far the others are from each other.</param>
    public void Write(Span<float> numbers, int at, int step = 1)
    {
        numbers[at] = X / Deviation.X;
        numbers[at + step] = Y / Deviation.Y;
        numbers[at + 2 * step] = Width / Deviation.Width;
        numbers[at + 3 * step] = Height / Deviation.Height;
    }
}
