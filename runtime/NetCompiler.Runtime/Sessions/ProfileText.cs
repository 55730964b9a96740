using System.Globalization;
using static System.FormattableString;

namespace NetCompiler;

/// <summary>Writes a profile as a table.</summary>
internal static class ProfileText
{
    private static readonly string[] s_head = ["Stage", "Operators", "Time (µs)", "Share", "Multiply-adds", "GFLOP/s"];

    public static string Write(PassProfile profile)
    {
        var all = profile.Seconds * profile.Threads;
        var rows = new List<string[]>();
        foreach (var stage in profile.Stages)
            rows.Add(Row(stage.Stage.Name, stage.Stage.Operators, stage.Seconds, all, stage.MultiplyAdds, stage.GigaflopsPerSecond));
        rows.Add(Row("(other)", "", profile.OtherSeconds, all, 0, 0));
        var total = Row("Total", "", all, all, profile.MultiplyAdds, profile.MultiplyAdds == 0 ? 0 : 2e-9 * profile.MultiplyAdds / all);
        var threads = profile.Threads == 1 ? "1 thread" : Invariant($"{profile.Threads} threads, whose times are added up");
        return Invariant($"{profile.Network}, {profile.Pass}: {profile.Samples} {(profile.Samples == 1 ? "sample" : "samples")}, ")
            + Invariant($"{threads}, {profile.VectorBits}-bit vectors, {profile.Seconds * 1e6:N1} µs (median of {profile.Runs})\n")
            + TextTable.Write(s_head, rows, total, leftAligned: 2);
    }

    private static string[] Row(string name, string operators, double seconds, double all, long multiplyAdds, double rate) =>
    [
        name,
        operators,
        (seconds * 1e6).ToString("N1", CultureInfo.InvariantCulture),
        (all > 0 ? 100 * seconds / all : 0).ToString("F1", CultureInfo.InvariantCulture) + "%",
        multiplyAdds == 0 ? "" : multiplyAdds.ToString("N0", CultureInfo.InvariantCulture),
        multiplyAdds == 0 ? "" : rate.ToString("F1", CultureInfo.InvariantCulture),
    ];
}
