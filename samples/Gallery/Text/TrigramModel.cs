namespace Gallery.Text;

/// <summary>
/// How likely a character is behind two others, by counting; what was seldom seen leans on shorter contexts (Witten and Bell, 1991).
/// </summary>
internal sealed class TrigramModel
{
    private readonly int _characters;
    private readonly int[][] _counts;
    private readonly int[][] _totals;
    private readonly int[][] _kinds;

    /// <summary>Counts.</summary>
    /// <param name="text">Characters as numbers from 0.</param>
    /// <param name="characters">How many different ones there are.</param>
    public TrigramModel(ReadOnlySpan<int> text, int characters)
    {
        _characters = characters;
        _counts = [.. Enumerable.Range(0, 3).Select(order => new int[(int)Math.Pow(characters, order + 1)])];
        _totals = [.. Enumerable.Range(0, 3).Select(order => new int[(int)Math.Pow(characters, order)])];
        _kinds = [.. _totals.Select(t => new int[t.Length])];
        for (var i = 2; i < text.Length; i++)
        {
            for (var order = 0; order < 3; order++)
            {
                var context = Context(text, i, order);
                if (_counts[order][context * characters + text[i]]++ == 0)
                    _kinds[order][context]++;
                _totals[order][context]++;
            }
        }
    }

    /// <summary>The mean of −log₂ p of the characters of a text behind the first two.</summary>
    /// <param name="text">Characters as numbers.</param>
    public double BitsPerCharacter(ReadOnlySpan<int> text)
    {
        var bits = 0.0;
        for (var i = 2; i < text.Length; i++)
        {
            var p = 1.0 / _characters;
            for (var order = 0; order < 3; order++)
            {
                var context = Context(text, i, order);
                var (total, kinds) = (_totals[order][context], _kinds[order][context]);
                if (total > 0)
                    p = (_counts[order][context * _characters + text[i]] + kinds * p) / (total + kinds);
            }
            bits -= Math.Log2(p);
        }
        return bits / (text.Length - 2);
    }

    private int Context(ReadOnlySpan<int> text, int i, int order) =>
        order switch { 0 => 0, 1 => text[i - 1], _ => text[i - 2] * _characters + text[i - 1] };
}
