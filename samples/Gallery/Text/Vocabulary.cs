namespace Gallery.Text;

/// <summary>Words as numbers: 0 pads, 1 stands for words that are not known, the others from the most frequent word on.</summary>
internal sealed class Vocabulary
{
    /// <summary>The number that pads.</summary>
    public const int Padding = 0;

    /// <summary>The number of words that are not known.</summary>
    public const int Unknown = 1;

    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<string> _words = ["·", "?"];

    /// <summary>Takes the most frequent words.</summary>
    /// <param name="sentences">Sentences as words.</param>
    /// <param name="size">The most numbers, those for padding and unknown words among them.</param>
    /// <param name="minimum">How often a word has to occur.</param>
    public Vocabulary(IEnumerable<string[]> sentences, int size, int minimum)
    {
        var counts = new Dictionary<string, int>();
        foreach (var word in sentences.SelectMany(s => s))
            counts[word] = counts.GetValueOrDefault(word) + 1;
        foreach (var (word, _) in counts.Where(c => c.Value >= minimum).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Take(size - 2))
        {
            _numbers.Add(word, _words.Count);
            _words.Add(word);
        }
    }

    /// <summary>How many numbers there are.</summary>
    public int Count => _words.Count;

    /// <summary>The word of a number.</summary>
    /// <param name="number">The number.</param>
    public string this[int number] => _words[number];

    /// <summary>A sentence as numbers.</summary>
    /// <param name="sentence">Its words.</param>
    /// <param name="length">How many numbers; what is longer is cut off, what is shorter is padded.</param>
    public int[] Encode(string[] sentence, int length)
    {
        var numbers = new int[length];
        for (var i = 0; i < Math.Min(length, sentence.Length); i++)
            numbers[i] = _numbers.GetValueOrDefault(sentence[i], Unknown);
        return numbers;
    }
}
