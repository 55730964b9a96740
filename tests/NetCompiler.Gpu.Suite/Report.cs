using static System.FormattableString;

namespace NetCompiler.Gpu;

/// <summary>The table.</summary>
internal static class Report
{
    private static readonly Precision[] s_precisions = [Precision.Default, Precision.Tf32, Precision.BFloat16];

    /// <summary>Prints it.</summary>
    /// <param name="rows">Ours.</param>
    /// <param name="peers">PyTorch's microseconds by form, for each row; null where there is none.</param>
    /// <param name="output">Where to.</param>
    public static void Print(IReadOnlyList<Row> rows, List<Dictionary<string, double>>? peers, TextWriter output)
    {
        output.WriteLine("Microseconds; ratio = PyTorch's over ours in the same precision, eager and the fastest form; of peak = of that in single precision.");
        output.WriteLine("Behind rows in single precision is what PyTorch takes in others too.");
        output.WriteLine("network    pass    batch   in        ours  with copies  of peak      eager  ratio    fastest  ratio  fastest forms");
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var line = Invariant(
                $"{row.Network,-10} {row.Pass,-7} {row.Batch,5} {Row.NameOf(row.Precision),4} {row.Ours,11:f1} {row.WithCopies,12:f1} {row.PeakShare,8:p1}");
            output.WriteLine(peers is null ? line : line + Columns(row, peers[i]));
        }
    }

    private static string Columns(Row row, Dictionary<string, double> forms)
    {
        var own = Row.NameOf(row.Precision);
        var eager = forms.GetValueOrDefault($"{own}: eager", double.NaN);
        var fastest = Fastest(own) is { } form ? forms[form] : double.NaN;
        var best = s_precisions.Where(p => p == row.Precision || row.Precision == Precision.Default)
            .Select(p => Fastest(Row.NameOf(p))).OfType<string>().Select(name => Invariant($"{name} {forms[name]:f1}"));
        return Invariant($" {eager,10:f1} {eager / row.Ours,6:f2} {fastest,10:f1} {fastest / row.Ours,6:f2}  {string.Join("; ", best)}");

        string? Fastest(string precision) => forms.Keys.Where(name => name.StartsWith(precision, StringComparison.Ordinal)).MinBy(name => forms[name]);
    }
}
