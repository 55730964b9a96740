using System.Runtime.CompilerServices;

namespace NetCompiler.Native.Tests.FakeCuda;

/// <summary>cuda.c as a library by the name of CUDA's driver.</summary>
internal static class FakeDriver
{
    /// <summary>Compiles it into a folder.</summary>
    public static string Build(string folder)
    {
        var library = Path.Combine(folder, "libcuda.so.1");
        var outcome = Tool.Run(
            "gcc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-Wl,-soname,libcuda.so.1", "-o", library, Source());
        Assert.True(outcome.Code == 0, outcome.Error);
        return library;
    }

    private static string Source([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "cuda.c");
}
