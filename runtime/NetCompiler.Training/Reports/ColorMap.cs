namespace NetCompiler.Training.Reports;

/// <summary>Turns numbers from 0 to 1 into colours.</summary>
public sealed class ColorMap
{
    private readonly byte[] _stops;

    private ColorMap(string stops) => _stops = Convert.FromHexString(stops);

    /// <summary>
    /// For amounts: viridis (S. van der Walt and N. Smith, 2015), in which equal steps look equal, in grey and to the colour-blind too.
    /// </summary>
    public static ColorMap Viridis { get; } = new(
        "440154481769472A7A433D843D4E8A355E8D2E6D8E297B8E23898E1F978B21A5852EB37C46C06F65CB5E89D548B0DD2FD8E219FDE725");

    /// <summary>
    /// For signed numbers, 0.5 being zero: blue, white, red, from ColorBrewer (C. Brewer), which the colour-blind can tell apart.
    /// </summary>
    public static ColorMap BlueWhiteRed { get; } = new("0530612166AC4393C392C5DED1E5F0F7F7F7FDDBC7F4A582D6604DB2182B67001F");

    /// <summary>Black to white.</summary>
    public static ColorMap Gray { get; } = new("000000FFFFFF");

    /// <summary>The colour of a number.</summary>
    /// <param name="value">Less than 0 counts as 0, more than 1 as 1, NaN as 0.</param>
    public (byte Red, byte Green, byte Blue) this[double value]
    {
        get
        {
            var last = _stops.Length / 3 - 1;
            var position = double.IsNaN(value) ? 0 : Math.Clamp(value, 0, 1) * last;
            var stop = Math.Min((int)position, last - 1);
            return (Mix(0), Mix(1), Mix(2));

            byte Mix(int channel)
            {
                var (a, b) = (_stops[3 * stop + channel], _stops[3 * stop + 3 + channel]);
                return (byte)Math.Round(a + (b - a) * (position - stop));
            }
        }
    }
}
