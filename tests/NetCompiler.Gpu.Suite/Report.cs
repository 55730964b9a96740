using static System.FormattableString;

namespace NetCompiler.Gpu;

/// <summary>The table.</summary>
internal static class Report
{
    private static readonly string[] s_precisions = ["fp32", "tf32", "bf16"];

    /// <summary>Prints it.</summary>
    /// <param name="rows">Ours.</param>
    /// <param name="peers">PyTorch's microseconds by form, for each row; null where there is none.</param>
    /// <param name="output">Where to.</param>
    public static void Print(IReadOnlyList<Row> rows, List<Dictionary<string, double>>? peers, TextWriter output)
    {
        output.WriteLine("Microseconds; ratio = PyTorch's over ours, eager and the fastest form in single precision. tf32 and bf16 are PyTorch's alone.");
        output.WriteLine("network    pass    batch       ours  with copies  of peak      eager  ratio    fastest  ratio       tf32       bf16  fastest forms");
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var line = Invariant($"{row.Network,-10} {row.Pass,-7} {row.Batch,5} {row.Ours,10:f1} {row.WithCopies,12:f1} {row.PeakShare,8:p1}");
            output.WriteLine(peers is null ? line : line + Columns(row, peers[i]));
        }
    }

    private static string Columns(Row row, Dictionary<string, double> forms)
    {
        var best = s_precisions.Select(p => forms.Where(f => f.Key.StartsWith(p, StringComparison.Ordinal)).OrderBy(f => f.Value)
            .FirstOrDefault()).ToArray();
        var eager = forms.GetValueOrDefault("fp32: eager", double.NaN);
        var (fastest, tf32, bf16) = (Time(0), Time(1), Time(2));
        return Invariant($" {eager,10:f1} {eager / row.Ours,6:f2} {fastest,10:f1} {fastest / row.Ours,6:f2} {tf32,10:f1} {bf16,10:f1}")
            + $"  {string.Join(", ", best.Where(b => b.Key is not null).Select(b => b.Key))}";

        double Time(int precision) => best[precision].Key is null ? double.NaN : best[precision].Value;
    }
}
