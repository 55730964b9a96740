using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops.Recurrent;

/// <summary>y[n, t, 0] = 1 where t &lt; lengths[n], else 0: which steps of a sequence there are. Input lengths (N) or (N, 1); attribute steps.</summary>
public sealed class StepMask : Operator
{
    /// <summary>The operator.</summary>
    public static readonly StepMask Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(int steps) => Attributes.Empty.With("steps", steps);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(context.Shape(0)[0], context.Attributes.Int("steps"), 1)];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        return new([new TensorDefinition(axes, ScalarExpression.Select(
            ComparisonFunction.Less, new ScalarIndex(axes[1]), MaskedSoftmax.LengthOf(0, context, axes[0]), 1, 0))]);
    }

    /// <inheritdoc/>
    public override int? IntegerBound(OperatorContext context, int input) => context.Attributes.Int("steps") + 1;
}
