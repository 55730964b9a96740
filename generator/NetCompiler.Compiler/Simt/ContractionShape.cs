using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// A contraction as a matrix product: rows are the result's axes on which only one factor depends, columns those of the other one,
/// planes those of both (groups of channels). Convolutions, dense layers and their gradients differ in nothing else.
/// </summary>
internal sealed class ContractionShape
{
    private ContractionShape(
        Contraction contraction, ScalarRead rowFactor, ScalarRead columnFactor, LinearAxes rows, LinearAxes columns, LinearAxes planes,
        LinearAxes sums)
    {
        Contraction = contraction;
        RowFactor = rowFactor;
        ColumnFactor = columnFactor;
        Rows = rows;
        Columns = columns;
        Planes = planes;
        Sums = sums;
    }

    /// <summary>The contraction.</summary>
    public Contraction Contraction { get; }

    /// <summary>The factor that depends on rows.</summary>
    public ScalarRead RowFactor { get; }

    /// <summary>The factor that depends on columns.</summary>
    public ScalarRead ColumnFactor { get; }

    /// <summary>The rows; a step is a pooling window where there is one.</summary>
    public LinearAxes Rows { get; }

    /// <summary>The columns.</summary>
    public LinearAxes Columns { get; }

    /// <summary>What is a matrix product of its own.</summary>
    public LinearAxes Planes { get; }

    /// <summary>The terms of a sum.</summary>
    public LinearAxes Sums { get; }

    /// <summary>The shape of a stage's anchor; null where that is no contraction, or windows do not run along rows only.</summary>
    public static ContractionShape? Of(Stage stage)
    {
        if (stage.Kind != StageKind.Contraction || !Contraction.TryRead(stage.Anchor, out var contraction))
            return null;
        var windows = Windows(stage, contraction);
        bool OnLeft(Axis axis) => DependsOn(contraction.Left, axis);
        bool OnRight(Axis axis) => DependsOn(contraction.Right, axis);
        // Neighbouring threads compute neighbouring rows, so rows are what lies side by side in the result.
        var last = contraction.Definition.Target.Last().Terms.Select(t => t.Axis).LastOrDefault();
        var swap = last is not null && OnRight(last) && !OnLeft(last);
        var (row, column) = swap ? (contraction.Right, contraction.Left) : (contraction.Left, contraction.Right);

        var planes = contraction.ResultAxes.Where(a => OnLeft(a) && OnRight(a)).ToList();
        var columns = contraction.ResultAxes.Where(a => !planes.Contains(a) && DependsOn(column, a)).ToList();
        var rows = contraction.ResultAxes.Where(a => !planes.Contains(a) && !columns.Contains(a)).ToList();
        if (windows.Keys.Any(a => !rows.Contains(a)))
            return null;
        return new ContractionShape(contraction, row, column,
            new LinearAxes(rows, a => WindowOf(a).Window, a => WindowOf(a).Steps), new LinearAxes(columns),
            new LinearAxes(planes), new LinearAxes(contraction.SumAxes));

        (int Window, int Steps) WindowOf(Axis axis) => windows.TryGetValue(axis, out var known) ? known : (1, axis.Extent.Size);
    }

    private static bool DependsOn(ScalarRead read, Axis axis) => read.Indices.Any(i => i.CoefficientOf(axis) != 0);

    // The axes along which pooling follows, with its window and how many of them there are.
    private static Dictionary<Axis, (int Window, int Steps)> Windows(Stage stage, Contraction contraction)
    {
        var windows = new Dictionary<Axis, (int, int)>();
        if (stage.Nodes.FirstOrDefault(n => n.Operator is IPooling) is not { } pooling)
            return windows;
        var window = Window.From(pooling.Attributes);
        var target = contraction.Definition.Target;
        foreach (var (dimension, axis) in new[] { (2, window.Y), (3, window.X) })
            windows[target[dimension].Terms[0].Axis] = (axis.Stride, stage.Domain[dimension].Size);
        return windows;
    }
}
