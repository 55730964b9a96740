using System.Runtime.CompilerServices;

namespace NetCompiler.Native.Tests;

/// <summary>
/// samples/DigitsAot published as a NativeAOT program: for the machine that runs the tests, for x86-64-v2, and with kernels for GPUs.
/// </summary>
public sealed class PublishedProgram : IDisposable
{
    private readonly Lazy<string> _native;
    private readonly Lazy<string> _v2;
    private readonly Lazy<string> _cuda;

    public PublishedProgram()
    {
        Folder = Directory.CreateTempSubdirectory("netcompiler-aot-").FullName;
        _native = new Lazy<string>(() => Publish("native"));
        // Both are compiled in the same folders: one after the other.
        _v2 = new Lazy<string>(() => _native.Value is null ? "" : Publish("v2"));
        _cuda = new Lazy<string>(() => _native.Value is null ? "" : Publish("native", "cuda", "-p:NetCompilerCuda=true"));
    }

    /// <summary>For files of tests, and where the programs lie.</summary>
    public string Folder { get; }

    /// <summary>The program for this machine.</summary>
    public string Native => _native.Value;

    /// <summary>The program for x86-64-v2.</summary>
    public string V2 => _v2.Value;

    /// <summary>The program for this machine, with kernels for GPUs in it.</summary>
    public string Cuda => _cuda.Value;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Sample([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "samples", "DigitsAot"));

    private string Publish(string level) => Publish(level, level);

    private string Publish(string level, string name, params string[] more)
    {
        var folder = Path.Combine(Folder, name);
        var outcome = Tool.Run("dotnet",
            ["publish", Sample(), "-c", "Release", "-o", folder, "-v", "q", "-warnaserror", $"-p:NetCompilerAotLevel={level}", .. more]);
        Assert.True(outcome.Code == 0, outcome.Output + outcome.Error);
        return Path.Combine(folder, "DigitsAot");
    }
}
