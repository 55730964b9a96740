namespace NetCompiler.Runtime;

/// <summary>Files that are either as they were or complete, whenever the process is killed.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes a file: under a temporary name in the same folder, flushed to the disk, then renamed over a file that may be there.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the contents.</param>
    /// <exception cref="IOException">The file cannot be written. A file that was there is as before.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        // Always the same name: what a killed process leaves behind, the next one writes over.
        var temporary = path + ".tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
