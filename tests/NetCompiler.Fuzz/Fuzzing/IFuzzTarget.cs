namespace NetCompiler.Fuzz.Fuzzing;

/// <summary>A format whose readers are given files that somebody, or something, has damaged. One format, one file.</summary>
public interface IFuzzTarget : IDisposable
{
    /// <summary>What it is called on the command line and in tables.</summary>
    string Name { get; }

    /// <summary>How names of its files end, with the dot.</summary>
    string Extension { get; }

    /// <summary>Files of the format, undamaged. The same in every process.</summary>
    IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>
    /// Damages a file. Formats with checksums repair these in a part of the cases, so that the reader behind the checksum is reached.
    /// </summary>
    /// <param name="seed">An undamaged file, which stays as it is.</param>
    /// <param name="mutator">Where all chance comes from.</param>
    byte[] Mutate(byte[] seed, Mutator mutator);

    /// <summary>
    /// Reads a file as users do. Where it was refused, this throws what the reader threw, and <see cref="BrokenPromiseException"/> where
    /// the reader broke what its documentation says.
    /// </summary>
    /// <param name="data">The file.</param>
    /// <returns>
    /// Bytes of the answer, if it had to be allocated: the limit of memory counts from the file's size or the answer's, whichever is
    /// larger, because a packed file may well be read. For one that is refused, it counts from the file's.
    /// </returns>
    long Read(byte[] data);

    /// <summary>Whether an exception is one that the reader documents for files that are damaged.</summary>
    /// <param name="exception">What was thrown.</param>
    bool IsRefusal(Exception exception);
}
