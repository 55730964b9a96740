using System.Runtime.InteropServices;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>A test of what is said where there is no CUDA driver; skipped where there is one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NoCudaFactAttribute : FactAttribute
{
    public NoCudaFactAttribute()
    {
        var library = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        if (NativeLibrary.TryLoad(library, out _))
            Skip = $"It tests what is said without a CUDA driver, and {library} is here.";
    }
}
