using System.Collections.Immutable;

namespace NetCompiler.Compiler.Ops;

/// <summary>y = a + b.</summary>
public sealed class Add : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Add Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => x[0] + x[1];

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        for (var input = 0; input < 2; input++)
        {
            if (gradient.Needs(input))
                gradient.Set(input, gradient.ResultGradient);
        }
    }
}
