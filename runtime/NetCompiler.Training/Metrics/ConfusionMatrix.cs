using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetCompiler.Training;

/// <summary>Counts which class was taken for which: a row for each true class, a column for each predicted one.</summary>
public sealed class ConfusionMatrix
{
    private const int NarrowestColumn = 4;

    private static readonly Style s_quiet = new(new Color(128, 128, 128));

    private readonly long[] _counts;

    /// <summary>Creates a matrix of zeros.</summary>
    /// <param name="classNames">The classes, at least one.</param>
    public ConfusionMatrix(params IReadOnlyList<string> classNames)
    {
        ArgumentOutOfRangeException.ThrowIfZero(classNames.Count, nameof(classNames));
        ClassNames = [.. classNames];
        _counts = new long[classNames.Count * classNames.Count];
    }

    /// <summary>Creates a matrix of zeros for classes that are called by their numbers.</summary>
    /// <param name="classes">How many classes, at least one.</param>
    public ConfusionMatrix(int classes)
        : this(Numbers(classes))
    {
    }

    /// <summary>What the classes are called.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>How many samples of a class were taken for a class.</summary>
    /// <param name="actual">The true class.</param>
    /// <param name="predicted">The predicted class.</param>
    public long this[int actual, int predicted] => _counts[Index(actual, predicted)];

    /// <summary>How many samples were counted.</summary>
    public long Total => _counts.Sum();

    /// <summary>The part of the samples that were taken for what they are, NaN without samples.</summary>
    public double Accuracy => Total == 0 ? double.NaN : (double)Enumerable.Range(0, ClassNames.Count).Sum(c => this[c, c]) / Total;

    /// <summary>Counts a sample.</summary>
    /// <param name="actual">The true class.</param>
    /// <param name="predicted">The predicted class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public void Add(int actual, int predicted) => _counts[Index(actual, predicted)]++;

    /// <summary>Counts a batch.</summary>
    /// <param name="scores">The scores of each sample's classes, one sample after the other.</param>
    /// <param name="labels">The right class of each sample.</param>
    /// <exception cref="ArgumentException">The scores are not as many as the classes for each label.</exception>
    public void Add(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels)
    {
        var classes = ClassNames.Count;
        if (scores.Length != labels.Length * classes)
        {
            throw new ArgumentException(
                $"{labels.Length} labels of {classes} classes need {labels.Length * classes} scores, found {scores.Length}.",
                nameof(scores));
        }
        for (var i = 0; i < labels.Length; i++)
            Add(labels[i], Training.Accuracy.ArgMax(scores.Slice(i * classes, classes)));
    }

    /// <summary>The part of a class's samples that were found (NaN where it has none).</summary>
    /// <param name="actual">The class.</param>
    public double Recall(int actual) => (double)this[actual, actual] / Actual(actual);

    /// <summary>The part of what was taken for a class that is of it (NaN where nothing was).</summary>
    /// <param name="predicted">The class.</param>
    public double Precision(int predicted) => (double)this[predicted, predicted] / Predicted(predicted);

    /// <summary>The harmonic mean of a class's precision and recall: 2TP / (2TP + FP + FN); NaN where it does not occur.</summary>
    /// <param name="label">The class.</param>
    public double F1(int label) => 2.0 * this[label, label] / (Actual(label) + Predicted(label));

    /// <summary>The precision over all classes; NaN without samples.</summary>
    /// <param name="averaging">How classes become one figure.</param>
    public double Precision(Averaging averaging) => Average(averaging, Precision);

    /// <summary>The recall over all classes; NaN without samples.</summary>
    /// <param name="averaging">How classes become one figure.</param>
    public double Recall(Averaging averaging) => Average(averaging, Recall);

    /// <summary>F1 over all classes; NaN without samples.</summary>
    /// <param name="averaging">How classes become one figure.</param>
    public double F1(Averaging averaging) => Average(averaging, F1);

    /// <summary>The matrix as a table for Spectre.Console: right answers green, the more frequent mistakes the redder.</summary>
    public IRenderable ToTable()
    {
        // Columns as wide as the numbers: their names stand in full before the rows.
        var width = Math.Max(NarrowestColumn, Format(_counts.Max()).Length);
        var table = new Table().Border(TableBorder.Simple).BorderStyle(s_quiet);
        table.Title = new TableTitle("rows: true class · columns: predicted class", s_quiet);
        table.AddColumn(new TableColumn("").NoWrap());
        foreach (var name in ClassNames)
            table.AddColumn(new TableColumn(new Text(Shorten(name, width))).RightAligned().Width(width).PadLeft(0).PadRight(1));
        table.AddColumn(new TableColumn(new Text("recall", s_quiet)).RightAligned().NoWrap().PadRight(0));
        var worst = Math.Max(1, LargestMistake());
        for (var actual = 0; actual < ClassNames.Count; actual++)
        {
            var cells = new List<IRenderable> { new Text(ClassNames[actual]) };
            for (var predicted = 0; predicted < ClassNames.Count; predicted++)
                cells.Add(new Text(Format(this[actual, predicted]), StyleOf(actual, predicted, worst)));
            cells.Add(new Text(FormatRecall(actual), s_quiet));
            table.AddRow(cells);
        }
        return table;
    }

    /// <summary>The matrix as plain text, lines ended by \n.</summary>
    public override string ToString()
    {
        var head = Math.Max("true \\ predicted".Length, ClassNames.Max(n => n.Length));
        var width = Math.Max(ClassNames.Max(n => n.Length), Format(_counts.Max()).Length);
        var text = new StringBuilder("true \\ predicted".PadRight(head));
        foreach (var name in ClassNames)
            text.Append("  ").Append(name.PadLeft(width));
        text.Append("  recall\n");
        for (var actual = 0; actual < ClassNames.Count; actual++)
        {
            text.Append(ClassNames[actual].PadRight(head));
            for (var predicted = 0; predicted < ClassNames.Count; predicted++)
                text.Append("  ").Append(Format(this[actual, predicted]).PadLeft(width));
            text.Append("  ").Append(FormatRecall(actual).PadLeft(6)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>Names for classes that have none: "0", "1" and so on.</summary>
    internal static string[] Numbers(int classes) =>
        [.. Enumerable.Range(0, classes).Select(c => c.ToString(CultureInfo.InvariantCulture))];

    private static Style StyleOf(int actual, int predicted, long worst, long count) =>
        actual == predicted ? new Style(Color.Green, decoration: Decoration.Bold)
        : count == 0 ? s_quiet
        : new Style(count * 2 >= worst ? Color.Red : Color.Yellow);

    private static string Shorten(string name, int width) => name.Length <= width ? name : string.Concat(name.AsSpan(0, width - 1), "…");

    private static string Format(long count) => count == 0 ? "·" : count.ToString(CultureInfo.InvariantCulture);

    private Style StyleOf(int actual, int predicted, long worst) => StyleOf(actual, predicted, worst, this[actual, predicted]);

    private long Actual(int label) => Enumerable.Range(0, ClassNames.Count).Sum(p => this[label, p]);

    private long Predicted(int label) => Enumerable.Range(0, ClassNames.Count).Sum(a => this[a, label]);

    private double Average(Averaging averaging, Func<int, double> ofClass)
    {
        if (averaging == Averaging.Micro)
            return Accuracy;
        var (sum, weights) = (0.0, 0L);
        for (var c = 0; c < ClassNames.Count; c++)
        {
            var weight = averaging == Averaging.Weighted ? Actual(c) : Actual(c) + Predicted(c) > 0 ? 1 : 0;
            weights += weight;
            if (weight > 0 && ofClass(c) is var value && !double.IsNaN(value))
                sum += weight * value;
        }
        return weights == 0 ? double.NaN : sum / weights;
    }

    private string FormatRecall(int actual)
    {
        var recall = Recall(actual);
        return double.IsNaN(recall) ? "–" : (recall * 100).ToString("F1", CultureInfo.InvariantCulture) + "%";
    }

    private long LargestMistake()
    {
        var largest = 0L;
        for (var actual = 0; actual < ClassNames.Count; actual++)
        {
            for (var predicted = 0; predicted < ClassNames.Count; predicted++)
            {
                if (actual != predicted)
                    largest = Math.Max(largest, this[actual, predicted]);
            }
        }
        return largest;
    }

    private int Index(int actual, int predicted)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(actual);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(actual, ClassNames.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(predicted);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(predicted, ClassNames.Count);
        return actual * ClassNames.Count + predicted;
    }
}
