using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Stages;

/// <summary>
/// What a stage adds, and where, if it is a sum of all that data send to a row: y[…, v, f…] = Σ{e} [index[e] = v] · x[e, f…].
/// </summary>
/// <param name="Definition">The definition of the result.</param>
/// <param name="Summed">The axes e.</param>
/// <param name="Row">The axis v.</param>
/// <param name="Features">The axes f.</param>
/// <param name="Position">The read of the index.</param>
/// <param name="Added">What is added.</param>
internal sealed record ScatterPattern(
    TensorDefinition Definition, ImmutableArray<Axis> Summed, Axis Row, ImmutableArray<Axis> Features, ScalarRead Position,
    ScalarExpression Added)
{
    /// <summary>Reads the pattern off a stage, if it has it.</summary>
    public static bool TryRead(Stage stage, [NotNullWhen(true)] out ScatterPattern? pattern)
    {
        pattern = null;
        var node = stage.Anchor;
        if (stage.Kind == StageKind.Scan || stage.Nodes.Length != 1 || node.Definition.Definitions.Length != 1 || stage.Scope == StageScope.Shared
            || node.Definition.Definitions[0] is not { IsDirect: true, Body: ScalarReduction { Kind: ReductionKind.Sum } sum } definition
            || sum.Body is not ScalarSelection
            {
                Function: ComparisonFunction.Equal, Left: ScalarRead position, Right: ScalarIndex { Index: var row },
                Otherwise: ScalarLiteral { Number: 0 }, Then: var added,
            }
            || row is not { Terms.Length: 1, Constant: 0, Divisor: 1 } || row.Terms[0].Coefficient != 1
            || position.Source >= node.Inputs.Length || node.Inputs[position.Source].Type.Element != ScalarKind.I32
            || position.Outside is not null)
        {
            return false;
        }

        var axis = row.Terms[0].Axis;
        var isPerSample = stage.Scope == StageScope.Sample;
        if (definition.Axes.IndexOf(axis) != (isPerSample ? 1 : 0) || DependsOn(position, axis) || added.Reads().Any(r => DependsOn(r, axis)))
            return false;
        ImmutableArray<Axis> features = [.. definition.Axes.Skip(isPerSample ? 2 : 1)];
        if (features.Any(f => DependsOn(position, f)))
            return false;
        pattern = new ScatterPattern(definition, sum.Axes, axis, features, position, added);
        return true;
    }

    private static bool DependsOn(ScalarRead read, Axis axis) => read.Indices.Any(i => i.CoefficientOf(axis) != 0);
}
