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
    // What networks learn is divided by these, so that it varies by about 1, as scores do (Girshick, 2015).
    private const float PlaceDeviation = 0.1f, SizeDeviation = 0.2f;

    /// <summary>The four numbers as networks learn them.</summary>
    public float[] Scaled => [X / PlaceDeviation, Y / PlaceDeviation, Width / SizeDeviation, Height / SizeDeviation];

    /// <summary>Offsets that a network gives.</summary>
    /// <param name="numbers">Four numbers.</param>
    public static BoxOffsets FromScaled(ReadOnlySpan<float> numbers) => new(
        numbers[0] * PlaceDeviation, numbers[1] * PlaceDeviation, numbers[2] * SizeDeviation, numbers[3] * SizeDeviation);

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
}
