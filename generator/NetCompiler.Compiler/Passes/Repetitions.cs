using System.Collections.Immutable;

namespace NetCompiler.Compiler.Passes;

/// <summary>Finds launches that a step does again and again at other places: the blocks of a deep network.</summary>
internal static class Repetitions
{
    // A loop and a table are worth it from here on; small networks stay straight-line code.
    private const int FewestRounds = 3;
    private const int FewestSaved = 6;

    // Launches of the largest block that is looked for.
    private const int LongestPeriod = 64;

    /// <summary>The launches in their order, cut where repetitions begin and end.</summary>
    public static ImmutableArray<LowerSteps.Segment> Find(IReadOnlyList<LowerSteps.Item> items)
    {
        var longest = Math.Min(LongestPeriod, items.Count / FewestRounds);
        // How many launches from each on are the same as those a period later.
        var same = new int[longest + 1, items.Count + 1];
        for (var period = 1; period <= longest; period++)
        {
            for (var i = items.Count - period - 1; i >= 0; i--)
                same[period, i] = items[i].Key == items[i + period].Key ? same[period, i + 1] + 1 : 0;
        }

        var segments = ImmutableArray.CreateBuilder<LowerSteps.Segment>();
        var begin = 0;
        for (var i = 0; i < items.Count;)
        {
            var (best, saved) = (0, 0);
            for (var period = 1; period <= longest; period++)
            {
                var rounds = same[period, i] / period + 1;
                if (rounds >= FewestRounds && (rounds - 1) * period > saved)
                    (best, saved) = (period, (rounds - 1) * period);
            }

            if (saved < FewestSaved)
            {
                i++;
                continue;
            }

            AddOnce(i);
            segments.Add(new LowerSteps.Segment([.. items.Skip(i).Take(saved + best)], best));
            begin = i += saved + best;
        }

        AddOnce(items.Count);
        return segments.ToImmutable();

        // What stands between repetitions.
        void AddOnce(int end)
        {
            if (end > begin)
                segments.Add(new LowerSteps.Segment([.. items.Skip(begin).Take(end - begin)], end - begin));
        }
    }
}
