namespace NetCompiler.Compiler.Language;

/// <summary>
/// Patterns of names: * stands for any characters, ? for one. A pattern means the names that it matches as a whole, and those of which it
/// matches all up to a dot: "conv1" and "conv*" mean "conv1.weight", "encode" all that is in it.
/// </summary>
public static class NamePattern
{
    /// <summary>True where a pattern means a name.</summary>
    public static bool Matches(string pattern, string name)
    {
        for (var end = name.Length; end > 0; end = name.LastIndexOf('.', end - 1))
        {
            if (Matches(pattern, 0, name, 0, end))
                return true;
        }

        return false;
    }

    private static bool Matches(string pattern, int p, string name, int n, int end)
    {
        if (p == pattern.Length)
            return n == end;
        if (pattern[p] == '*')
            return Matches(pattern, p + 1, name, n, end) || (n < end && Matches(pattern, p, name, n + 1, end));
        return n < end && (pattern[p] == '?' || pattern[p] == name[n]) && Matches(pattern, p + 1, name, n + 1, end);
    }
}
