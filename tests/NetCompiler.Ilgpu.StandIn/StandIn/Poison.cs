using System.Runtime.InteropServices;

namespace ILGPU.StandIn;

/// <summary>Memory whose use shows: signalling NaNs for floats, 0xCD bytes for the rest.</summary>
internal static class Poison
{
    public static T[] Array<T>(int extent)
        where T : unmanaged
    {
        var elements = new T[extent];
        if (typeof(T) == typeof(float))
            MemoryMarshal.Cast<T, uint>(elements.AsSpan()).Fill(0x7FA0CDCD);
        else
            MemoryMarshal.AsBytes(elements.AsSpan()).Fill(0xCD);
        return elements;
    }
}
