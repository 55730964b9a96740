namespace NetCompiler.Runtime;

/// <summary>Texts from files, as they are shown in messages: not longer than a line.</summary>
internal static class Excerpt
{
    private const int Longest = 100;

    public static string Of(string text) => text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest - 1), "…");
}
