using NetCompiler.Runtime;

namespace Gallery.Data;

/// <summary>Strings and what they are to become: numbers in words and in digits, dates in many forms and in one.</summary>
/// <param name="Source">What is read.</param>
/// <param name="Target">What is to be written.</param>
internal sealed record StringPair(string Source, string Target)
{
    private const string Alphabet = " ,./-0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>The number that pads.</summary>
    public const int Padding = 0;

    /// <summary>The number that begins and ends what is written.</summary>
    public const int End = 1;

    private static readonly string[] s_small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] s_tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private static readonly string[] s_months =
    [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    ];

    /// <summary>A string as numbers, padded.</summary>
    /// <param name="text">The string.</param>
    /// <param name="length">How many numbers.</param>
    public static int[] Encode(string text, int length)
    {
        var numbers = new int[length];
        for (var i = 0; i < text.Length; i++)
            numbers[i] = Alphabet.IndexOf(text[i], StringComparison.Ordinal) + 2;
        return numbers;
    }

    /// <summary>The character of a number.</summary>
    /// <param name="number">The number.</param>
    public static char Decode(int number) => number is >= 2 && number - 2 < Alphabet.Length ? Alphabet[number - 2] : '·';

    /// <summary>Draws different pairs, as many numbers as dates, in an order that tells nothing of them.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Decides on them.</param>
    public static List<StringPair> Draw(int count, ulong seed)
    {
        var random = new RandomStream(seed, "pairs");
        var pairs = new List<StringPair>();
        var known = new HashSet<string>();
        while (pairs.Count < count)
        {
            var pair = pairs.Count % 2 == 0 ? Number() : Date();
            if (known.Add(pair.Source))
                pairs.Add(pair);
        }
        // There are few short numbers, all of them among the first that were drawn.
        return [.. pairs.OrderBy(_ => random.NextUInt64())];

        int Below(int n) => (int)(random.NextDouble() * n);

        StringPair Number()
        {
            // As many of few digits as of many.
            var number = Below(new[] { 100, 1_000, 10_000, 100_000, 100_000, 100_000 }[Below(6)]);
            return new StringPair(Words(number), FormattableString.Invariant($"{number}"));
        }

        StringPair Date()
        {
            var (year, month) = (1900 + Below(140), 1 + Below(12));
            var day = 1 + Below(DateTime.DaysInMonth(year, month));
            var name = s_months[month - 1];
            var source = Below(5) switch
            {
                0 => $"{name} {day}, {year}",
                1 => $"{day} {name} {year}",
                2 => $"{day} {name[..3]} {year}",
                3 => $"{day}.{month}.{year}",
                _ => $"{month:00}/{day:00}/{year}",
            };
            return new StringPair(source, $"{year}-{month:00}-{day:00}");
        }
    }

    /// <summary>A number in words, up to 99,999.</summary>
    /// <param name="number">The number.</param>
    public static string Words(int number)
    {
        if (number < 20)
            return s_small[number];
        if (number < 100)
            return s_tens[number / 10] + (number % 10 > 0 ? " " + s_small[number % 10] : "");
        var (unit, name) = number < 1000 ? (100, "hundred") : (1000, "thousand");
        return $"{Words(number / unit)} {name}" + (number % unit > 0 ? " " + Words(number % unit) : "");
    }
}
