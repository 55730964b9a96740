using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>A comparison of two tensors, element by element: 1 where it holds, else 0.</summary>
public abstract class ComparisonLayer(ComparisonFunction function) : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = new(function.ToString(), [], Inputs: 2);

    /// <summary>The argument of a comparison of one tensor with a number.</summary>
    public const string NumberArgument = "Number";

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        // With a number, as x > 0 has it: no function takes it, so it is no part of the signature.
        if (builder.Inputs.Length == 1)
            return builder.Add(Compare.Instance, "", builder.Inputs, Compare.Of(function).With("number", builder.Finite(NumberArgument))).Result;
        return builder.Add(Compare.Instance, "", Broadcasting.Inputs(builder), Compare.Of(function)).Result;
    }
}

/// <summary>1 where a = b, else 0.</summary>
public sealed class EqualLayer() : ComparisonLayer(ComparisonFunction.Equal);

/// <summary>1 where a ≠ b, else 0.</summary>
public sealed class NotEqualLayer() : ComparisonLayer(ComparisonFunction.NotEqual);

/// <summary>1 where a &lt; b, else 0.</summary>
public sealed class LessLayer() : ComparisonLayer(ComparisonFunction.Less);

/// <summary>1 where a ≤ b, else 0.</summary>
public sealed class LessOrEqualLayer() : ComparisonLayer(ComparisonFunction.LessOrEqual);

/// <summary>1 where a &gt; b, else 0.</summary>
public sealed class GreaterLayer() : ComparisonLayer(ComparisonFunction.Greater);

/// <summary>1 where a ≥ b, else 0.</summary>
public sealed class GreaterOrEqualLayer() : ComparisonLayer(ComparisonFunction.GreaterOrEqual);

/// <summary>y = a ? b with a comparison: 1 where it holds, else 0. It has no gradient. Attributes function, and number instead of b.</summary>
public sealed class Compare : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Compare Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(ComparisonFunction function) => Attributes.Empty.With("function", function.ToString());

    /// <summary>The comparison.</summary>
    internal static ComparisonFunction FunctionOf(Attributes attributes) =>
        (ComparisonFunction)Enum.Parse(typeof(ComparisonFunction), attributes.Text("function"));

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Select(FunctionOf(context.Attributes), x[0], x.Length == 1 ? context.Attributes.Double("number") : x[1], 1, 0);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        // A step: where it has a derivative, that is 0.
    }
}
