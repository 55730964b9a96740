namespace NetCompiler.Native.Tests;

/// <summary>A test that needs gcc and python3 on Linux. Skipped, with the reason, where they are not there.</summary>
public sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute() => Skip = NativeTools.MissingReason;
}
