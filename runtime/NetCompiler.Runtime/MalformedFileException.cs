using System.Globalization;

namespace NetCompiler;

/// <summary>
/// A file (weights, checkpoint, data set) does not hold what its format, or the network that it is read for, demands.
/// </summary>
public sealed class MalformedFileException : IOException
{
    /// <summary>Creates the exception; the message names all four facts.</summary>
    /// <param name="path">The file, or what the stream is called.</param>
    /// <param name="field">What was being read: "magic", "rows", "label of record 17".</param>
    /// <param name="expected">What should have been there.</param>
    /// <param name="found">What was there.</param>
    /// <param name="innerException">What the decoder said, if a decoder failed.</param>
    public MalformedFileException(string path, string field, object expected, object found, Exception? innerException = null)
        : base(string.Create(CultureInfo.InvariantCulture, $"{path}: {field}: expected {expected}, found {found}."), innerException)
    {
        Path = path;
        Field = field;
        Expected = Convert.ToString(expected, CultureInfo.InvariantCulture) ?? "";
        Found = Convert.ToString(found, CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What was being read.</summary>
    public string Field { get; }

    /// <summary>What should have been there.</summary>
    public string Expected { get; }

    /// <summary>What was there.</summary>
    public string Found { get; }
}
