using System.Globalization;
using System.Text.RegularExpressions;
using NetCompiler.Language.Tests.Networks;

namespace NetCompiler.Language.Tests;

/// <summary>Gradient checkpointing: less memory, the same bits.</summary>
public class CheckpointTests
{
    [Fact]
    public void TheBitsAreTheSame()
    {
        Assert.Equal(Train(new Deep()), Train(new DeepAgain()));
        Assert.Equal(Train(new Normed()), Train(new NormedAgain()));
    }

    [Fact]
    public void TheSummarySaysThatItNeedsLessMemory()
    {
        var (kept, again) = (Memory(Deep.Summary), Memory(DeepAgain.Summary));
        Assert.True(again.Bytes < 0.6 * kept.Bytes, $"{again.Bytes} of {kept.Bytes} bytes");
        Assert.Equal(kept.Samples, again.Samples);
        var (batch, batchAgain) = (Memory(Normed.Summary), Memory(NormedAgain.Summary));
        Assert.True(batchAgain.Batch < batch.Batch, $"{batchAgain.Batch} of {batch.Batch} bytes a sample");
    }

    private static (long Bytes, int Samples, long Batch) Memory(string summary)
    {
        var match = Regex.Match(summary, @"Train: ([\d,]+) bytes for (\d+|a) samples? at a time(?:, and ([\d,]+) for each)?");
        Assert.True(match.Success, summary);
        return (Number(match.Groups[1].Value), match.Groups[2].Value == "a" ? 1 : (int)Number(match.Groups[2].Value),
            match.Groups[3].Success ? Number(match.Groups[3].Value) : 0);

        static long Number(string text) => long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    private static float[] Train(Network network)
    {
        using (network)
        {
            Numbers.Fill(network, 21);
            using var session = new TrainingSession(network, 19, threads: 2);
            var labels = Enumerable.Range(0, 19).Select(i => i % 3).ToArray();
            session.Step(Numbers.Draw(19 * 6 * 64, 22), labels, seed: 5);
            Assert.All(session.Gradients.Values.ToArray(), g => Assert.True(float.IsFinite(g)));
            return [.. session.Gradients.Values, .. session.Losses, .. session.Predictions, .. network.Parameters];
        }
    }
}
