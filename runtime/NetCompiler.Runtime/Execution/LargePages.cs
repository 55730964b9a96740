using System.Runtime.InteropServices;

namespace NetCompiler.Runtime;

/// <summary>
/// Asks the operating system for large pages. Memory in them is in one piece, so that its lines do not push each other out of the
/// second-level cache, and a core finds them without walking through tables.
/// </summary>
internal static unsafe class LargePages
{
    /// <summary>The size of a large page in bytes, on x64 and on Arm with small pages of 4 KB.</summary>
    public const int Size = 2 * 1024 * 1024;

    // MADV_HUGEPAGE of madvise(2).
    private const int HugePage = 14;

    private static readonly delegate* unmanaged<void*, nuint, int, int> s_advise = Find();

    /// <summary>
    /// Allocates memory to be freed by <see cref="NativeMemory.AlignedFree"/>, in whole large pages where the system has them.
    /// </summary>
    /// <param name="bytes">Its size, rounded up to large pages.</param>
    /// <exception cref="OutOfMemoryException">There is not so much memory.</exception>
    public static void* Allocate(long bytes)
    {
        var size = checked((nuint)bytes + Size - 1) / Size * Size;
        var memory = NativeMemory.AlignedAlloc(size, Size);
        // Advice: where large pages are switched off, nothing happens.
        if (s_advise is not null)
            _ = s_advise(memory, size, HugePage);
        return memory;
    }

    private static delegate* unmanaged<void*, nuint, int, int> Find() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "madvise", out var advise)
            ? (delegate* unmanaged<void*, nuint, int, int>)advise : null;
}
