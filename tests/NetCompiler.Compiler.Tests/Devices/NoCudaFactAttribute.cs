using System.Runtime.InteropServices;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>A test of what is said where there is no CUDA driver; skipped where there is one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NoCudaFactAttribute : FactAttribute
{
    public NoCudaFactAttribute()
    {
        if (NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out _))
            Skip = "There is a CUDA driver here.";
    }
}
