using System.Globalization;

namespace NetCompiler.Training.Reports;

/// <summary>
/// An axis of a chart: its range and its ticks, at 1, 2 or 5 times powers of ten (P. Heckbert, "Nice Numbers for Graph Labels", 1990).
/// </summary>
public sealed class ChartAxis
{
    private const int MostLabels = 8;

    private readonly bool _isLogarithmic;

    private ChartAxis(bool isLogarithmic, double minimum, double maximum, IReadOnlyList<ChartTick> ticks)
    {
        _isLogarithmic = isLogarithmic;
        Minimum = minimum;
        Maximum = maximum;
        Ticks = ticks;
    }

    /// <summary>Where the axis begins: on a tick.</summary>
    public double Minimum { get; }

    /// <summary>Where the axis ends: on a tick.</summary>
    public double Maximum { get; }

    /// <summary>The ticks in order, those at both ends among them.</summary>
    public IReadOnlyList<ChartTick> Ticks { get; }

    /// <summary>An axis on which equal differences are equally far.</summary>
    /// <param name="minimum">The smallest value that has to be on it.</param>
    /// <param name="maximum">The largest one.</param>
    /// <param name="count">About how many ticks, at least 2.</param>
    /// <param name="smallestStep">The least distance of ticks: 1 where only whole numbers mean something.</param>
    /// <param name="percent">Whether labels are percentages, 1 being 100%.</param>
    public static ChartAxis Linear(double minimum, double maximum, int count = 5, double smallestStep = 0, bool percent = false)
    {
        (minimum, maximum) = Ordered(minimum, maximum);
        if (maximum - minimum <= Math.Abs(maximum) * 1e-9)
        {
            // Something to see around a single value.
            var margin = Math.Max(smallestStep, maximum == 0 ? 1 : Math.Abs(maximum) * 0.1);
            (minimum, maximum) = (minimum - margin, maximum + margin);
        }
        var step = Math.Max(NiceStep((maximum - minimum) / Math.Max(1, count - 1)), smallestStep);
        var (first, last) = (Math.Floor(minimum / step + 1e-9), Math.Ceiling(maximum / step - 1e-9));
        var decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(percent ? step * 100 : step) + 1e-9));
        var ticks = new List<ChartTick>();
        for (var i = first; i <= last; i++)
            ticks.Add(new ChartTick(i * step, Label(i * step, decimals, percent)));
        return new ChartAxis(false, first * step, last * step, ticks);
    }

    /// <summary>An axis on which equal ratios are equally far.</summary>
    /// <param name="minimum">The smallest value that has to be on it, more than 0.</param>
    /// <param name="maximum">The largest one.</param>
    public static ChartAxis Logarithmic(double minimum, double maximum)
    {
        (minimum, maximum) = Ordered(minimum, maximum);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minimum);
        // From 1, 2 or 5 times a power of ten to another one.
        var first = 3 * (int)Math.Floor(Math.Log10(minimum) + 1e-9);
        while (Nice(first + 1) <= minimum * (1 + 1e-9))
            first++;
        var values = new List<double> { Nice(first) };
        while (values.Count < 2 || values[^1] < maximum * (1 - 1e-9))
            values.Add(Nice(first + values.Count));
        // Labels for all only where there is room.
        var labelsAll = values.Count <= MostLabels;
        return new ChartAxis(true, values[0], values[^1], [.. values.Select(v => new ChartTick(v, Label(v)))]);

        string Label(double value) => labelsAll || IsPowerOfTen(value) ? value.ToString("G6", CultureInfo.InvariantCulture) : "";
    }

    /// <summary>Where a value lies: 0 at the beginning of the axis, 1 at its end.</summary>
    /// <param name="value">The value, more than 0 on a logarithmic axis.</param>
    public double Position(double value) => _isLogarithmic
        ? Math.Log(value / Minimum) / Math.Log(Maximum / Minimum)
        : (value - Minimum) / (Maximum - Minimum);

    private static (double Minimum, double Maximum) Ordered(double minimum, double maximum)
    {
        if (!double.IsFinite(minimum) || !double.IsFinite(maximum) || minimum > maximum)
            throw new ArgumentException($"An axis: expected finite numbers in order, found {minimum} and {maximum}.", nameof(minimum));
        return (minimum, maximum);
    }

    /// <summary>… 0.5, 1 (number 0), 2, 5, 10 …</summary>
    private static double Nice(int number)
    {
        var decade = (int)Math.Floor(number / 3.0);
        return Math.Pow(10, decade) * ((number - 3 * decade) switch { 0 => 1, 1 => 2, _ => 5 });
    }

    private static double NiceStep(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch { < 1.5 => 1, < 3 => 2, < 7 => 5, _ => 10 } * power;
    }

    private static string Label(double value, int decimals, bool percent)
    {
        var format = "F" + decimals.ToString(CultureInfo.InvariantCulture);
        var text = (percent ? value * 100 : value).ToString(format, CultureInfo.InvariantCulture);
        if (!text.AsSpan().ContainsAnyInRange('1', '9'))
            text = text.TrimStart('-');
        return percent ? text + "%" : text;
    }

    private static bool IsPowerOfTen(double value)
    {
        var exponent = Math.Log10(value);
        return Math.Abs(exponent - Math.Round(exponent)) < 1e-9;
    }
}
