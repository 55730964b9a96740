using System.Runtime.CompilerServices;

namespace NetCompiler.Runtime.Tests.Imaging;

/// <summary>
/// Public pictures, where this machine has them: in the folder NETCOMPILER_DATA, or in shared/data beside the repository.
/// </summary>
internal static class PublicImages
{
    /// <summary>The folder; null where it is not at hand.</summary>
    public static string? Find([CallerFilePath] string source = "")
    {
        var repository = Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "..");
        string?[] candidates = [Environment.GetEnvironmentVariable("NETCOMPILER_DATA"), Path.Combine(repository, "..", "shared", "data")];
        return candidates.OfType<string>().Select(c => Path.Combine(c, "images")).FirstOrDefault(Directory.Exists);
    }
}
