namespace NetCompiler.Fuzz.Fuzzing;

/// <summary>A file for readers that take a path, written anew for each case.</summary>
internal sealed class ScratchFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("netcompiler-fuzz");

    public ScratchFile(string extension) => Path = System.IO.Path.Combine(_folder.FullName, "case" + extension);

    public string Path { get; }

    public void Write(byte[] data)
    {
        // Not made empty first: some file systems wait for the disk when a file that was is closed.
        using var file = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(data);
        file.SetLength(data.Length);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
