using System.Reflection;

namespace NetCompiler.Training.Tests.Support;

/// <summary>
/// Public data sets, where this machine has them: in the folder NETCOMPILER_DATA, or in shared/data beside the repository.
/// </summary>
internal static class RealData
{
    /// <summary>The folder of a set; null where it is not at hand.</summary>
    public static string? Find(string name)
    {
        var root = typeof(RealData).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;
        string?[] candidates = [Environment.GetEnvironmentVariable("NETCOMPILER_DATA"), Path.Combine(root, "..", "shared", "data")];
        return candidates.OfType<string>().Select(c => Path.Combine(c, name)).FirstOrDefault(Directory.Exists);
    }
}
