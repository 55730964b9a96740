using System.Runtime.CompilerServices;

namespace NetCompiler.Runtime;

/// <summary>What emitted code and the runtime have agreed on. The generator reads it of the runtime that a compilation references.</summary>
public static class EmittedCode
{
    /// <summary>
    /// Counts the changes after which code that an older generator emitted does not compile or run against this runtime, or code of a
    /// newer one against an older. A generator for another version reports NC0301.
    /// </summary>
    public const int Version = 8;

    /// <summary>
    /// How kernels are compiled: at once and in full, since left to tiering they run many times slower for a second; and each by itself.
    /// </summary>
    public const MethodImplOptions Kernel = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;
}
