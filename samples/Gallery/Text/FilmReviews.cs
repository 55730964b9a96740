using Gallery.Data;
using Gallery.Running;
using NetCompiler.Runtime;
using static System.FormattableString;

namespace Gallery.Text;

/// <summary>
/// Sentences of film reviews, for and against (Pang and Lee, 2005), shuffled; else sentences that are put together from words of praise and
/// blame. A tenth is held out.
/// </summary>
/// <param name="Train">Sentences to learn from.</param>
/// <param name="Test">The others.</param>
internal sealed record FilmReviews(IReadOnlyList<FilmReviews.Sentence> Train, IReadOnlyList<FilmReviews.Sentence> Test)
{
    /// <summary>What the classes are called.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = ["against", "for"];

    /// <summary>A sentence.</summary>
    /// <param name="Words">Its words.</param>
    /// <param name="Label">1 where it is for the film, else 0.</param>
    internal sealed record Sentence(string[] Words, int Label);

    /// <summary>Reads or makes the set.</summary>
    /// <param name="context">Data, and how large the run is.</param>
    /// <exception cref="NetCompiler.MalformedFileException">A file is damaged.</exception>
    public static FilmReviews Load(SystemContext context)
    {
        var sentences = new List<Sentence>();
        if (context.Data.FindFile("text", "rt-polarity.neg") is { } against && context.Data.FindFile("text", "rt-polarity.pos") is { } praise)
        {
            foreach (var (path, label) in new[] { (against, 0), (praise, 1) })
                sentences.AddRange(TextFile.ReadLines(path).Select(l => new Sentence(l.Split(' ', StringSplitOptions.RemoveEmptyEntries), label)));
            context.Data.Use(Invariant($"{sentences.Count} sentences of film reviews from {Path.GetDirectoryName(praise)}, a tenth held out"));
        }
        else
        {
            sentences.AddRange(Made(3_000));
            context.Data.Replace(Invariant($"film reviews: not found, so {sentences.Count} sentences put together by this program are used, a tenth held out"));
        }
        var random = new RandomStream(1, "reviews");
        var shuffled = sentences.Select(s => (Key: random.NextUInt64(), s)).OrderBy(p => p.Key).Select(p => p.s).ToList();
        if (context.Quick)
            shuffled = [.. shuffled.Take(400)];
        var held = shuffled.Count / 10;
        return new FilmReviews(shuffled[held..], shuffled[..held]);
    }

    private static IEnumerable<Sentence> Made(int count)
    {
        string[][] words = [["dull", "clumsy", "tired", "hollow", "bland"], ["moving", "funny", "fresh", "gripping", "warm"]];
        string[] subjects = ["the film", "the plot", "this comedy", "the acting", "the second half"];
        string[] ends = ["from start to end", "as ever", "in spite of its cast", ", and nothing else", "on the whole"];
        var random = new RandomStream(2, "reviews");
        for (var i = 0; i < count; i++)
        {
            var label = i % 2;
            var isTurned = random.NextDouble() < 0.3;
            // "not dull" is praise.
            var word = Any(words[isTurned ? 1 - label : label]);
            yield return new Sentence($"{Any(subjects)} is {(isTurned ? "not " : "")}{word} {Any(ends)}".Split(' '), label);
        }

        string Any(string[] from) => from[(int)(random.NextDouble() * from.Length)];
    }
}
