using System.Collections.Immutable;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// da = a is chosen ? dy : a = b ? dy / 2 : 0, before it is summed up where a was broadcast: the gradient of the smaller or larger of two
/// numbers. Inputs dy, a and b; attribute function, the comparison of a with b that chooses a.
/// </summary>
public sealed class ExtremeGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly ExtremeGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => ScalarExpression.Select(
        Compare.FunctionOf(context.Attributes), x[1], x[2], x[0],
        ScalarExpression.Select(ComparisonFunction.Equal, x[1], x[2], x[0] * 0.5, 0));

    /// <summary>The gradients of both inputs.</summary>
    internal static void Differentiate(GradientContext gradient, ComparisonFunction chosen)
    {
        for (var input = 0; input < 2; input++)
        {
            if (gradient.Needs(input))
            {
                Broadcasting.Set(gradient, input, gradient.Add(Instance, input == 0 ? "left" : "right",
                    [gradient.ResultGradient, gradient.Node.Inputs[input], gradient.Node.Inputs[1 - input]], Compare.Of(chosen)));
            }
        }
    }
}
