using NetCompiler.Runtime;

namespace NetCompiler.Training.Data;

/// <summary>
/// Changes brightness, contrast, saturation and hue at random, in that order, with the formulas of torchvision's ColorJitter; values are
/// kept within 0 to 1. Of pictures that are not red, green and blue, saturation and hue stay.
/// </summary>
public sealed record ColorJitter : IAugmentation
{
    private readonly double _brightness;
    private readonly double _contrast;
    private readonly double _saturation;
    private readonly double _hue;

    /// <summary>Chooses how much changes.</summary>
    /// <param name="brightness">The factor lies between 1 − this, but not below 0, and 1 + this; 0 or more.</param>
    /// <param name="contrast">The factor lies between 1 − this, but not below 0, and 1 + this; 0 or more.</param>
    /// <param name="saturation">The factor lies between 1 − this, but not below 0, and 1 + this; 0 or more.</param>
    /// <param name="hue">By which part of the circle of colours they turn, either way: 0 to 0.5.</param>
    public ColorJitter(double brightness = 0, double contrast = 0, double saturation = 0, double hue = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(brightness);
        ArgumentOutOfRangeException.ThrowIfNegative(contrast);
        ArgumentOutOfRangeException.ThrowIfNegative(saturation);
        ArgumentOutOfRangeException.ThrowIfNegative(hue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hue, 0.5);
        (_brightness, _contrast, _saturation, _hue) = (brightness, contrast, saturation, hue);
    }

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<float> source, ImageShape shape, Span<float> destination, ref RandomStream random)
    {
        source.CopyTo(destination);
        var brightness = NextFactor(ref random, _brightness);
        var contrast = NextFactor(ref random, _contrast);
        var saturation = NextFactor(ref random, _saturation);
        var hue = random.NextDouble(-_hue, _hue);
        if (_brightness > 0)
            Blend(destination, 0f, brightness);
        if (_contrast > 0)
            Blend(destination, MeanLuma(destination, shape), contrast);
        if (shape.Channels != 3)
            return;
        if (_saturation > 0)
            Saturate(destination, shape.PlaneLength, saturation);
        if (_hue > 0)
            TurnHue(destination, shape.PlaneLength, hue);
    }

    private static float NextFactor(ref RandomStream random, double range) =>
        (float)random.NextDouble(Math.Max(0, 1 - range), 1 + range);

    private static void Blend(Span<float> values, float with, float factor)
    {
        foreach (ref var value in values)
            value = Math.Clamp(factor * value + (1f - factor) * with, 0f, 1f);
    }

    // ITU-R BT.601, as torchvision has it.
    private static float Luma(float red, float green, float blue) => 0.2989f * red + 0.587f * green + 0.114f * blue;

    private static float MeanLuma(ReadOnlySpan<float> values, ImageShape shape)
    {
        var (sum, plane) = (0.0, shape.PlaneLength);
        if (shape.Channels == 3)
        {
            for (var i = 0; i < plane; i++)
                sum += Luma(values[i], values[plane + i], values[2 * plane + i]);
            return (float)(sum / plane);
        }
        foreach (var value in values)
            sum += value;
        return (float)(sum / values.Length);
    }

    private static void Saturate(Span<float> values, int plane, float factor)
    {
        for (var i = 0; i < plane; i++)
        {
            var gray = Luma(values[i], values[plane + i], values[2 * plane + i]);
            for (var at = i; at < values.Length; at += plane)
                values[at] = Math.Clamp(factor * values[at] + (1f - factor) * gray, 0f, 1f);
        }
    }

    private static void TurnHue(Span<float> values, int plane, double turn)
    {
        for (var i = 0; i < plane; i++)
        {
            var (red, green, blue) = (values[i], values[plane + i], values[2 * plane + i]);
            var largest = MathF.Max(red, MathF.Max(green, blue));
            var range = largest - MathF.Min(red, MathF.Min(green, blue));
            if (range <= 0f)
                continue;
            // Hue in sixths of the circle, from red by way of green; then back to colours of the same value and saturation.
            var hue = largest == red ? (green - blue) / range
                : largest == green ? 2f + (blue - red) / range
                : 4f + (red - green) / range;
            hue += (float)(6 * turn);
            values[i] = Channel(5);
            values[plane + i] = Channel(3);
            values[2 * plane + i] = Channel(1);

            float Channel(int offset)
            {
                var k = offset + hue;
                k -= 6f * MathF.Floor(k / 6f);
                return largest - range * Math.Clamp(MathF.Min(k, 4f - k), 0f, 1f);
            }
        }
    }
}
