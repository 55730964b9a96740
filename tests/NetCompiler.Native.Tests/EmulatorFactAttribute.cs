namespace NetCompiler.Native.Tests;

/// <summary>A test that needs other processors too, which QEMU imitates. Skipped, with the reason, where it is not there.</summary>
public sealed class EmulatorFactAttribute : FactAttribute
{
    public const string Emulator = "qemu-x86_64";

    private static readonly string? s_reason = NativeTools.MissingReason ?? Tool.MissingReason(Emulator, "--version");

    public EmulatorFactAttribute() => Skip = s_reason;
}
