using System.Globalization;

namespace Gallery.Running;

/// <summary>A figure that a system reached.</summary>
/// <param name="Name">What it is, as <c>expected.json</c> calls it.</param>
/// <param name="Value">The figure.</param>
/// <param name="Format">How it is written: a format of .NET, "P2" by default.</param>
internal sealed record Score(string Name, double Value, string Format = "P2")
{
    /// <summary>The figure as text.</summary>
    public string Text => Write(Value);

    /// <summary>Another number as this figure is written.</summary>
    /// <param name="value">The number.</param>
    public string Write(double value) => double.IsNaN(value) ? "–" : value.ToString(Format, s_culture);

    // 98.20% rather than the invariant culture's 98.20 %, so that tables take it for a number.
    private static readonly CultureInfo s_culture = MakeCulture();

    private static CultureInfo MakeCulture()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.PercentPositivePattern = 1;
        culture.NumberFormat.PercentNegativePattern = 1;
        return culture;
    }
}
