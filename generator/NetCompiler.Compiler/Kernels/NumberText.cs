using System.Globalization;

namespace NetCompiler.Compiler.Kernels;

/// <summary>Numbers as text, the same under every culture and on every .NET.</summary>
internal static class NumberText
{
    /// <summary>The shortest decimal text that reads back as the same single-precision number.</summary>
    public static string Single(float value)
    {
        if (value == 0)
            return 1 / value < 0 ? "-0" : "0";
        // "R" prints more digits on .NET Framework, on which compilers may run, than on .NET.
        for (var digits = 6; digits < 9; digits++)
        {
            var text = value.ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var read) && read == value)
                return text;
        }

        return value.ToString("G9", CultureInfo.InvariantCulture);
    }
}
