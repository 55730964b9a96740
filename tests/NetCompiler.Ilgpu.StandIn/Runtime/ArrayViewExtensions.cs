using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

/// <summary>Copies between views and memory of the process.</summary>
public static class ArrayViewExtensions
{
    public static void CopyFromCPU<T>(this ArrayView<T> target, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        for (var i = 0L; i < length; i++)
            target[i] = Unsafe.Add(ref cpuData, (nint)i);
    }

    public static void CopyToCPU<T>(this ArrayView<T> source, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        for (var i = 0L; i < length; i++)
            Unsafe.Add(ref cpuData, (nint)i) = source[i];
    }

    public static void MemSetToZero<T>(this ArrayView<T> view, AcceleratorStream stream)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        for (var i = 0L; i < view.Length; i++)
            view[i] = default;
    }
}
