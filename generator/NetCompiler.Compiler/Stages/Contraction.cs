using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Recurrent;

namespace NetCompiler.Compiler.Stages;

/// <summary>A sum of products of two tensors, read off a node's tensor expression: result (indices) = Σ left · right.</summary>
public sealed class Contraction
{
    private Contraction(TensorDefinition definition, ImmutableArray<Axis> sum, ScalarRead left, ScalarRead right)
    {
        Definition = definition;
        SumAxes = sum;
        Left = left;
        Right = right;
    }

    /// <summary>The result's definition.</summary>
    public TensorDefinition Definition { get; }

    /// <summary>The axes of the result.</summary>
    public ImmutableArray<Axis> ResultAxes => Definition.Axes;

    /// <summary>The axes that are summed over.</summary>
    public ImmutableArray<Axis> SumAxes { get; }

    /// <summary>The first factor.</summary>
    public ScalarRead Left { get; }

    /// <summary>The second factor.</summary>
    public ScalarRead Right { get; }

    /// <summary>True where the batch is summed over.</summary>
    public bool SumsBatch => SumAxes.Any(a => a.Extent.IsBatch);

    /// <summary>Multiplications for one sample, or in all where no sample takes part.</summary>
    public long MultiplyAdds =>
        ResultAxes.Concat(SumAxes).Where(a => !a.Extent.IsBatch).Aggregate(1L, (product, a) => product * a.Extent.Size);

    /// <summary>Reads a node as a contraction, if it is one.</summary>
    public static bool TryRead(Node node, [NotNullWhen(true)] out Contraction? contraction)
    {
        contraction = null;
        if (node.Operator is Scan || node.Definition.Definitions.Length != 1)
            return false;
        var definition = node.Definition.Definitions[0];
        if (definition.Body is not ScalarReduction
            {
                Kind: ReductionKind.Sum, Axes: var axes,
                Body: ScalarBinary { Function: BinaryFunction.Multiply, Left: ScalarRead left, Right: ScalarRead right },
            })
        {
            return false;
        }

        for (var i = 0; i < axes.Length; i++)
        {
            if ((Resolve(axes[i], left, node) ?? Resolve(axes[i], right, node)) is { } index)
            {
                (left, right) = (Substitute(left, axes[i], index, node), Substitute(right, axes[i], index, node));
                axes = axes.RemoveAt(i--);
            }
        }

        // Where both factors have all of the result's axes, nothing is read twice and there is nothing to tile: a plain sum.
        if (!definition.Axes.Any(a => Has(left, a) != Has(right, a)))
            return false;
        contraction = new Contraction(definition, axes, left, right);
        return true;
    }

    private static bool Has(ScalarRead read, Axis axis) => read.Indices.Any(i => i.CoefficientOf(axis) != 0);

    // Where an extent is 1 an index can only be 0: of a sum over an axis that the index depends on, one term is left. So the
    // gradient of a convolution with a single output, as at the end of LeNet-5, is no convolution over a halo of zeros.
    private static IndexExpression? Resolve(Axis axis, ScalarRead read, Node node)
    {
        for (var d = 0; d < read.Indices.Length; d++)
        {
            var (index, extent) = (read.Indices[d], node.Inputs[read.Source].Type.Shape[d]);
            if (read.Outside != 0 || index.Divisor != 1 || Math.Abs(index.CoefficientOf(axis)) != 1)
                continue;
            if (!extent.IsConstant || extent.Size != 1)
                continue;
            var rest = new IndexExpression([.. index.Terms.Where(t => t.Axis != axis)], index.Constant);
            var resolved = rest * -index.CoefficientOf(axis);
            if (resolved.StaysInside(axis.Extent))
                return resolved;
        }

        return null;
    }

    private static ScalarRead Substitute(ScalarRead read, Axis axis, IndexExpression index, Node node)
    {
        var indices = read.Indices.Select(Resolved).ToImmutableArray();
        var inside = indices.Select((i, d) => i.StaysInside(node.Inputs[read.Source].Type.Shape[d])).All(b => b);
        return new ScalarRead(read.Source, indices, inside ? null : read.Outside);

        IndexExpression Resolved(IndexExpression old)
        {
            if (old.CoefficientOf(axis) is var factor && factor == 0)
                return old;
            var rest = new IndexExpression([.. old.Terms.Where(t => t.Axis != axis)], old.Constant);
            return Collect(rest + index * factor) with { Divisor = old.Divisor };
        }
    }

    // Terms of the same axis as one; those that cancel are left out.
    private static IndexExpression Collect(IndexExpression index)
    {
        var terms = index.Terms.Select(t => t.Axis).Distinct().Select(a => new IndexTerm(a, index.CoefficientOf(a)));
        return new IndexExpression([.. terms.Where(t => t.Coefficient != 0)], index.Constant);
    }
}
