using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// y[n, …] = Σ x over the extents that are 1 in y and more in x: the gradient of a tensor that was broadcast. Attribute shape of a
/// sample of y.
/// </summary>
public sealed class SumTo : Operator
{
    /// <summary>The operator.</summary>
    public static readonly SumTo Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float([context.Shape(0)[0], .. context.Attributes.Ints("shape").Select(size => (Dimension)size)])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var indices = ImmutableArray.CreateBuilder<IndexExpression>(axes.Length);
        var summed = ImmutableArray.CreateBuilder<Axis>();
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = axes[i];
            if (axis.Extent != context.Shape(0)[i])
                summed.Add(axis = new Axis("k" + axis.Name, context.Shape(0)[i]));
            indices.Add(axis);
        }

        return new([new TensorDefinition(axes, ScalarExpression.Sum(summed.ToImmutable(), new ScalarRead(0, indices.ToImmutable())))]);
    }
}
