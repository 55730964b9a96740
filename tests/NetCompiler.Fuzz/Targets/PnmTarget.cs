using System.Text;
using NetCompiler.Fuzz.Fuzzing;

namespace NetCompiler.Fuzz.Targets;

/// <summary>PGM and PPM, plain and raw.</summary>
public sealed class PnmTarget() : ImageTarget("pnm", CreateSeeds())
{
    public override byte[] Mutate(byte[] seed, Mutator mutator)
    {
        if (mutator.OneIn(2))
            return mutator.Mutate(seed);
        // A number of the header, or of a plain file's samples.
        var text = Encoding.Latin1.GetString(seed);
        var at = mutator.Next(Math.Min(text.Length, 40));
        while (at < text.Length && !char.IsAsciiDigit(text[at]))
            at++;
        var end = at;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        var number = mutator.OneIn(2) ? mutator.Next(300) : mutator.Pick(Mutator.Extremes);
        return Encoding.Latin1.GetBytes($"{text[..at]}{number}{text[end..]}");
    }

    private static List<byte[]> CreateSeeds()
    {
        var samples = Enumerable.Range(0, 9 * 7 * 6).Select(i => i * 37 % 200).ToArray();
        var bytes = samples.Select(sample => (byte)sample).ToArray();
        return
        [
            [.. "P5\n# a comment\n9 7\n255\n"u8, .. bytes[..63]],
            [.. "P5 9 7 1000\n"u8, .. bytes[..126]],
            [.. "P6\n9 7\n200\n"u8, .. bytes[..189]],
            [.. "P6 9 7 65535 "u8, .. bytes],
            [.. "P2\n9 7 255\n"u8, .. Encoding.ASCII.GetBytes(string.Join(' ', samples[..63]))],
            [.. "P3\n9 7\n# samples\n255\n"u8, .. Encoding.ASCII.GetBytes(string.Join('\n', samples[..189]))],
        ];
    }
}
