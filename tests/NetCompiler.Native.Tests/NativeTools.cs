using System.Runtime.InteropServices;

namespace NetCompiler.Native.Tests;

/// <summary>What native builds need of a machine.</summary>
internal static class NativeTools
{
    /// <summary>Why nothing native is built here; null where it is.</summary>
    public static string? MissingReason { get; } = OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64
        ? Tool.MissingReason("gcc", "--version") ?? Tool.MissingReason("python3", "--version")
        : "Written for Linux on x86-64.";
}
