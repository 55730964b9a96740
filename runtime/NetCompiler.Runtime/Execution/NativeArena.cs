using System.Runtime.InteropServices;

namespace NetCompiler.Runtime;

/// <summary>
/// A block of native memory for values that never leave the runtime: workspaces, lanes, derived values. Freed by
/// <see cref="SafeHandle.Dispose()"/>, or by the finaliser where that was forgotten.
/// </summary>
/// <remarks>
/// Where a buffer lies in its page changes the speed of small kernels by tens of per cent, so arenas begin on a page: placement is
/// then the same in every run. New memory is zero, or, with the environment variable <c>NETCOMPILER_POISON=1</c>, full of NaN:
/// no step may rely on either.
/// </remarks>
public sealed unsafe class NativeArena : SafeHandle
{
    /// <summary>What every arena is aligned to, in bytes: a page, so also <see cref="PassArguments.Alignment"/>.</summary>
    public const int PageSize = 4096;

    private static readonly bool s_poison = Environment.GetEnvironmentVariable("NETCOMPILER_POISON") == "1";

    /// <summary>Allocates an arena.</summary>
    /// <param name="bytes">Its size in bytes; 0 gives a null pointer.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    /// <exception cref="OutOfMemoryException">There is not so much memory.</exception>
    public NativeArena(long bytes)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Size = bytes;
        if (bytes == 0)
            return;
        var memory = bytes >= LargePages.Size ? LargePages.Allocate(bytes) : NativeMemory.AlignedAlloc((nuint)bytes, PageSize);
        NativeMemory.Fill(memory, (nuint)bytes, s_poison ? (byte)0xFF : (byte)0);
        SetHandle((nint)memory);
        GC.AddMemoryPressure(bytes);
    }

    /// <summary>Size in bytes.</summary>
    public long Size { get; }

    /// <summary>The first byte; null for an empty arena. Valid while the arena is reachable and not disposed.</summary>
    public byte* Pointer => (byte*)handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Rounds a size up to whole pages.</summary>
    /// <param name="bytes">A size in bytes.</param>
    /// <returns>The smallest multiple of <see cref="PageSize"/> that is not less.</returns>
    public static long RoundUp(long bytes) => checked(bytes + PageSize - 1) / PageSize * PageSize;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        GC.RemoveMemoryPressure(Size);
        return true;
    }
}
