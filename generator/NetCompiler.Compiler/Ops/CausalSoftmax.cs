using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// y[n, r, k] = exp(x[n, r, k]) / Σ exp(x[n, r, ·]) over the keys k that are not later than row r's step, 0 for later ones; r = h·T + t is
/// step t of head h. Attribute steps, T.
/// </summary>
public sealed class CausalSoftmax : Operator
{
    /// <summary>The operator.</summary>
    public static readonly CausalSoftmax Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(int steps) => Attributes.Empty.With("steps", steps);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        ImmutableArray<Axis> rows = [axes[0], axes[1]];
        var x = Elementwise.Read(0, axes);
        // Row modulo steps; half a step keeps the quotient of a whole number away from where it is cut.
        var (row, steps) = (new ScalarIndex(axes[1]), context.Attributes.Int("steps"));
        var step = row - ScalarExpression.Apply(UnaryFunction.Floor, (row + 0.5) * (1.0 / steps)) * steps;
        var exponential = ScalarExpression.Apply(UnaryFunction.Exp, x - Elementwise.Read(1, rows));
        return new(
            [new TensorDefinition(rows, new ScalarReduction(ReductionKind.Max, [axes[2]], IfSeen(x, double.NegativeInfinity))),
             new TensorDefinition(rows, ScalarExpression.Sum([axes[2]], IfSeen(exponential, 0))),
             new TensorDefinition(axes, IfSeen(exponential / Elementwise.Read(2, rows), 0))]);

        ScalarExpression IfSeen(ScalarExpression seen, double later) =>
            ScalarExpression.Select(ComparisonFunction.LessOrEqual, new ScalarIndex(axes[2]), step, seen, later);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(SoftmaxGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Result]));
}
