using System.Globalization;

namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Runs the compiler under the invariant culture: what it emits and says depends on a declaration alone, also where a number is
/// formatted in passing.
/// </summary>
public static class InvariantCulture
{
    /// <summary>Runs a function, and leaves the thread's culture as it was.</summary>
    public static T Run<T>(Func<T> function)
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return function();
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
