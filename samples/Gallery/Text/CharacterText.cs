using Gallery.Data;
using Gallery.Running;
using NetCompiler;
using NetCompiler.Runtime;
using static System.FormattableString;

namespace Gallery.Text;

/// <summary>A text as numbers: Tiny Shakespeare, else speeches that are put together from words. The last twentieth is held out.</summary>
/// <param name="Characters">The character of each number.</param>
/// <param name="Train">What is learned from.</param>
/// <param name="Test">The rest.</param>
internal sealed record CharacterText(string Characters, int[] Train, int[] Test)
{
    /// <summary>Reads or makes the text.</summary>
    /// <param name="context">Data, and how large the run is.</param>
    /// <param name="characters">How many different characters there may be.</param>
    /// <exception cref="MalformedFileException">The file has more.</exception>
    public static CharacterText Load(SystemContext context, int characters)
    {
        string text;
        if (context.Data.FindFile("text", "tinyshakespeare.txt") is { } path)
        {
            text = string.Join('\n', TextFile.ReadLines(path)) + "\n";
            var different = text.Distinct().Count();
            if (different > characters)
                throw new MalformedFileException(path, "characters", $"at most {characters} different ones", different);
            context.Data.Use(Invariant($"Tiny Shakespeare, {text.Length} characters from {path}, the last twentieth held out"));
        }
        else
        {
            text = Made(context.Quick ? 20_000 : 300_000);
            context.Data.Replace(Invariant($"Tiny Shakespeare: not found, so {text.Length} characters put together by this program are used"));
        }
        if (context.Quick)
            text = text[..20_000];
        var alphabet = string.Concat(text.Distinct().Order());
        var numbers = text.Select(c => alphabet.IndexOf(c, StringComparison.Ordinal)).ToArray();
        var held = numbers.Length / 20;
        return new CharacterText(alphabet, numbers[..^held], numbers[^held..]);
    }

    private static string Made(int length)
    {
        string[] names = ["ROMEO", "JULIET", "NURSE", "FRIAR"];
        string[] verbs = ["love", "fear", "see", "hear", "seek"];
        string[] nouns = ["the night", "thy name", "a rose", "the moon", "my lord", "this house"];
        var random = new RandomStream(1, "speeches");
        var text = new System.Text.StringBuilder();
        while (text.Length < length)
            text.Append(Any(names)).Append(":\nI ").Append(Any(verbs)).Append(' ').Append(Any(nouns)).Append(", and ").Append(Any(nouns)).Append(" too.\n\n");
        return text.ToString(0, length);

        string Any(string[] from) => from[(int)(random.NextDouble() * from.Length)];
    }
}
