using System.Globalization;

namespace NetCompiler.Training.Reports;

/// <summary>How numbers are written in reports.</summary>
internal static class ReportText
{
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Percent(double part, int decimals = 2) => double.IsNaN(part)
        ? "–"
        : (part * 100).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + "%";

    public static string Loss(double loss) => double.IsNaN(loss) ? "–" : loss.ToString("F4", CultureInfo.InvariantCulture);

    public static string Duration(double seconds) =>
        seconds < 60 ? HtmlWriter.Number(seconds, 1) + " s"
        : seconds < 3600 ? string.Create(CultureInfo.InvariantCulture, $"{(long)seconds / 60} min {(long)seconds % 60} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(long)seconds / 3600} h {(long)seconds / 60 % 60} min");

    /// <summary>25 × 26 × 26.</summary>
    public static string Shape(IEnumerable<int> shape) => string.Join(" × ", shape.Select(e => e.ToString(CultureInfo.InvariantCulture)));
}
