using System.Reflection;

namespace NetCompiler.Runtime;

/// <summary>Finds what was embedded into an assembly.</summary>
internal static class EmbeddedResource
{
    /// <summary>Opens a resource; its stream reads where the program's image lies in memory.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="name">The resource's name, or its end from a dot on, if no other ends so.</param>
    /// <exception cref="ArgumentException">There is no such resource, or several; the message lists those that there are.</exception>
    public static Stream Open(Assembly assembly, string name)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return assembly.GetManifestResourceStream(Find(assembly, name))!;
    }

    // The C# compiler puts the project's namespace and folders before a file's name.
    private static string Find(Assembly assembly, string name)
    {
        string? found = null;
        var count = 0;
        var names = assembly.GetManifestResourceNames();
        foreach (var candidate in names)
        {
            if (candidate == name)
                return candidate;
            if (candidate.EndsWith("." + name, StringComparison.Ordinal))
            {
                found = candidate;
                count++;
            }
        }

        if (count == 1)
            return found!;
        var list = names.Length == 0 ? "none" : string.Join(", ", names);
        throw new ArgumentException(
            $"Resource '{name}' of {assembly.GetName().Name}: expected one of that name, found {list}.", nameof(name));
    }
}
