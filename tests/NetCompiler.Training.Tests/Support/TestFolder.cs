using System.IO.Compression;

namespace NetCompiler.Training.Tests.Support;

/// <summary>A folder for one test, gone when it ends.</summary>
public sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("netcompiler-tests-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        System.IO.File.WriteAllBytes(File(name), bytes);
        return File(name);
    }

    public string WriteGzip(string name, ReadOnlySpan<byte> bytes)
    {
        using (var gzip = new GZipStream(System.IO.File.Create(File(name)), CompressionLevel.Fastest))
            gzip.Write(bytes);
        return File(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
