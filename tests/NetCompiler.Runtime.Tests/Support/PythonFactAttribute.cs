using System.ComponentModel;

namespace NetCompiler.Runtime.Tests.Support;

/// <summary>A test that needs python3, of which it uses nothing but the standard library. Skipped, with the reason, where it is not there.</summary>
public sealed class PythonFactAttribute : FactAttribute
{
    private static readonly string? s_reason = FindReason();

    public PythonFactAttribute() => Skip = s_reason;

    private static string? FindReason()
    {
        try
        {
            return Python.Run("print(1)").Trim() == "1" ? null : "python3 does not run here.";
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            return $"python3 does not run here: {exception.Message}";
        }
    }
}
