namespace NetCompiler.Native.Tests;

/// <summary>A test that needs gcc and python3 on Linux. Skipped, with the reason, where they are not there.</summary>
public sealed class NativeFactAttribute : FactAttribute
{
    private static readonly string? s_reason = OperatingSystem.IsLinux()
        ? Tool.MissingReason("gcc", "--version") ?? Tool.MissingReason("python3", "--version")
        : "Written for Linux.";

    public NativeFactAttribute() => Skip = s_reason;
}
