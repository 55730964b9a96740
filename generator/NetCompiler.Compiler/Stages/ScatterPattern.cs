using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Stages;

/// <summary>
/// What a stage adds, and where, if it is a sum of all that data send to a row: y[…, v, f…] = Σ{e} [index[e] = v] · x[e, f…], or to a place of
/// several indices.
/// </summary>
/// <param name="Definition">The definition of the result.</param>
/// <param name="Summed">The axes e.</param>
/// <param name="Rows">The axes v, whose places data say.</param>
/// <param name="Leading">Other axes of the result that these places depend on.</param>
/// <param name="Features">The axes f, all along which they are the same.</param>
/// <param name="Added">What is added.</param>
internal sealed record ScatterPattern(
    TensorDefinition Definition, ImmutableArray<Axis> Summed, ImmutableArray<ScatterRow> Rows, ImmutableArray<Axis> Leading,
    ImmutableArray<Axis> Features, ScalarExpression Added)
{
    /// <summary>How many places there are for each of the other axes of the result.</summary>
    public long Places => Rows.Aggregate(1L, (product, row) => product * row.Axis.Extent.Size);

    /// <summary>Reads the pattern off a stage, if it has it.</summary>
    public static bool TryRead(Stage stage, [NotNullWhen(true)] out ScatterPattern? pattern)
    {
        pattern = null;
        var node = stage.Anchor;
        if (stage.Kind == StageKind.Scan || stage.Nodes.Length != 1 || node.Definition.Definitions.Length != 1 || stage.Scope == StageScope.Shared
            || node.Definition.Definitions[0] is not
            {
                IsDirect: true, Body: ScalarReduction { Kind: ReductionKind.Sum, Ranges.IsEmpty: true } sum,
            } definition)
        {
            return false;
        }

        var (added, rows) = (sum.Body, ImmutableArray.CreateBuilder<ScatterRow>());
        while (added is ScalarSelection
            {
                Function: ComparisonFunction.Equal, Left: ScalarRead { Outside: null } position, Right: ScalarIndex { Index: var index },
                Otherwise: ScalarLiteral { Number: 0 }, Then: var then,
            }
            && index is { Terms.Length: 1, Constant: 0, Divisor: 1 } && index.Terms[0] is { Coefficient: 1, Axis: { Extent.IsConstant: true } axis }
            && definition.Axes.Contains(axis) && position.Source < node.Inputs.Length
            && node.Inputs[position.Source].Type.Element == ScalarKind.I32)
        {
            rows.Add(new ScatterRow(axis, position));
            added = then;
        }

        var sample = stage.Scope == StageScope.Sample ? definition.Axes[0] : null;
        var others = definition.Axes.Where(a => a != sample && rows.All(r => r.Axis != a)).ToList();
        var isElsewhere = rows.All(r => added.Reads().Concat(rows.Select(other => other.Position)).All(read => !DependsOn(read, r.Axis)));
        if (rows.Count == 0 || !isElsewhere)
            return false;
        pattern = new ScatterPattern(
            definition, sum.Axes, rows.ToImmutable(), [.. others.Where(IsLeading)], [.. others.Where(a => !IsLeading(a))], added);
        return true;

        bool IsLeading(Axis axis) => rows.Any(row => DependsOn(row.Position, axis));
    }

    /// <summary>Where what there is at a point goes: true where that is a place.</summary>
    public Expression Exists(StageKernel kernel, StageEvaluator evaluator, Node node, IReadOnlyDictionary<Axis, Expression> point) => Rows
        .Select(row => (Expression)new Binary(BinaryFunction.And,
            new Comparison(ComparisonFunction.GreaterOrEqual, Load(evaluator, node, row, point), kernel.Index(0)),
            new Comparison(ComparisonFunction.Less, Load(evaluator, node, row, point), kernel.Index(row.Axis.Extent.Size))))
        .Aggregate((a, b) => new Binary(BinaryFunction.And, a, b));

    /// <summary>Binds the axes of the place, where there is one.</summary>
    public void Bind(StageEvaluator evaluator, Node node, Dictionary<Axis, Expression> point)
    {
        foreach (var row in Rows)
            point[row.Axis] = Load(evaluator, node, row, point);
    }

    private static Expression Load(StageEvaluator evaluator, Node node, ScatterRow row, IReadOnlyDictionary<Axis, Expression> point) =>
        evaluator.LoadInteger(node.Inputs[row.Position.Source], [.. row.Position.Indices.Select(i => evaluator.Bind(i, point))]);

    private static bool DependsOn(ScalarRead read, Axis axis) => read.Indices.Any(i => i.CoefficientOf(axis) != 0);
}

/// <summary>An axis of a result whose place data say.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Position">The read of the index.</param>
internal sealed record ScatterRow(Axis Axis, ScalarRead Position);
