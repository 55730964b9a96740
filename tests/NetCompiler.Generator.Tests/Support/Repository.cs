using System.Runtime.CompilerServices;

namespace NetCompiler.Generator.Tests.Support;

/// <summary>Files of the repository, found from where this file lies in it.</summary>
public static class Repository
{
    public static string PathOf(string relative) => Path.GetFullPath(Path.Combine(Root(), relative));

    private static string Root([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..");
}
