using System.Globalization;
using System.Runtime.Intrinsics;

namespace NetCompiler.Runtime;

/// <summary>The choice among the vector widths that a network was compiled for.</summary>
public static class VectorWidth
{
    /// <summary>The environment variable that lowers the width: 128, 256 or 512.</summary>
    public const string LimitVariable = "NETCOMPILER_VECTOR_BITS";

    /// <summary>
    /// The widest width that this machine has in hardware and that <see cref="LimitVariable"/> allows; the narrowest there is
    /// where none is, since vector code runs on any machine, if slowly.
    /// </summary>
    /// <param name="widths">The widths to choose from, in bits.</param>
    /// <returns>One of <paramref name="widths"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="widths"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">The environment variable holds something else than a width.</exception>
    public static int Select(IReadOnlyList<int> widths) => Select(widths, Environment.GetEnvironmentVariable(LimitVariable));

    /// <summary>As <see cref="Select(IReadOnlyList{int})"/>, with the limit given.</summary>
    /// <param name="widths">The widths to choose from, in bits.</param>
    /// <param name="limit">What the environment variable would hold; null or empty for no limit.</param>
    /// <returns>One of <paramref name="widths"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="widths"/> is empty.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="limit"/> is not a width.</exception>
    public static int Select(IReadOnlyList<int> widths, string? limit)
    {
        ArgumentNullException.ThrowIfNull(widths);
        if (widths.Count == 0)
            throw new ArgumentException("Vector widths: expected at least one, found none.", nameof(widths));
        var widest = Widest(limit);
        var best = 0;
        var narrowest = widths[0];
        foreach (var width in widths)
        {
            if (width <= widest && width > best)
                best = width;
            narrowest = Math.Min(narrowest, width);
        }

        return best != 0 ? best : narrowest;
    }

    private static int Widest(string? limit)
    {
        var hardware = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        if (string.IsNullOrEmpty(limit))
            return hardware;
        if (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) || bits is not (128 or 256 or 512))
            throw new InvalidOperationException($"Environment variable {LimitVariable}: expected 128, 256 or 512, found '{limit}'.");
        return Math.Min(hardware, bits);
    }
}
