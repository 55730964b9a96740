using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// The precisions that networks are compiled for on devices, by what factors may be rounded to, null for single precision; and what the
/// runtime's enumeration Precision calls them.
/// </summary>
public static class DevicePrecision
{
    private const string Single = "Default";

    private static readonly MatrixFormat?[] s_all = [null, MatrixFormat.Tf32, MatrixFormat.BFloat16];

    /// <summary>All names.</summary>
    public static IEnumerable<string> Names => s_all.Select(NameOf);

    /// <summary>What a precision is called.</summary>
    public static string NameOf(MatrixFormat? format) => format?.ToString() ?? Single;

    /// <summary>Finds a precision by its name, in capitals or not.</summary>
    public static bool TryParse(string name, out MatrixFormat? format)
    {
        var index = Array.FindIndex(s_all, f => string.Equals(NameOf(f), name, StringComparison.OrdinalIgnoreCase));
        format = index < 0 ? null : s_all[index];
        return index >= 0;
    }
}
