using System.Runtime.CompilerServices;

namespace NetCompiler.Native.Tests;

/// <summary>samples/DigitsNative published as a NativeAOT library, and its C program.</summary>
public sealed class PublishedLibrary : IDisposable
{
    private readonly Lazy<string> _program;

    public PublishedLibrary()
    {
        Folder = Directory.CreateTempSubdirectory("netcompiler-native-").FullName;
        _program = new Lazy<string>(Build);
    }

    public string Folder { get; }

    /// <summary>The library.</summary>
    public string Library => Path.Combine(Folder, "digits.so");

    /// <summary>The C program of the sample; library and program are built on first use.</summary>
    public string Program => _program.Value;

    /// <summary>A file of the sample.</summary>
    public static string SampleFile(string name) => Path.Combine(Sample(), name);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Sample([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "samples", "DigitsNative"));

    private string Build()
    {
        Check(Tool.Run("dotnet", "publish", Sample(), "-c", "Release", "-o", Folder, "-v", "q", "-warnaserror"));
        var program = Path.Combine(Folder, "classify");
        Check(Tool.Run(
            "gcc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I", Folder, SampleFile("classify.c"), Library,
            "-Wl,-rpath," + Folder, "-o", program));
        return program;
    }

    private static void Check(Tool.Outcome outcome) => Assert.True(outcome.Code == 0, outcome.Output + outcome.Error);
}
