using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// y[n, r, k] = exp(x[n, r, k]) / Σ exp(x[n, r, ·]) over the keys k that row r sees, 0 for the others; r = h·T + t is step t of head h. A row
/// that sees none is 0. Input x, and where sequences of keys end early their lengths (N) or (N, 1); attributes steps, T, and causal, true where keys
/// later than the step are not seen.
/// </summary>
public sealed class MaskedSoftmax : Operator
{
    /// <summary>The operator.</summary>
    public static readonly MaskedSoftmax Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(int steps, bool causal) => Attributes.Empty.With("steps", steps).With("causal", causal);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        ImmutableArray<Axis> rows = [axes[0], axes[1]];
        // Row modulo steps; half a step keeps the quotient of a whole number away from where it is cut.
        var (row, steps) = (new ScalarIndex(axes[1]), context.Attributes.Int("steps"));
        var step = row - ScalarExpression.Apply(UnaryFunction.Floor, (row + 0.5) * (1.0 / steps)) * steps;
        var mask = new KeyMask(step, axes[2], context.Attributes.Bool("causal", false), context.Inputs.Length > 1 ? LengthOf(1, context, axes[0]) : null);
        return new([.. mask.Softmax(Elementwise.Read(0, axes), rows, axes, context.Inputs.Length)]);
    }

    /// <summary>The length of a sample, as an input (N) or (N, 1) has it.</summary>
    internal static ScalarRead LengthOf(int source, OperatorContext context, Axis sample) =>
        new(source, [sample, .. Enumerable.Repeat((IndexExpression)0, context.Inputs[source].Rank - 1)]);

    /// <inheritdoc/>
    public override int? IntegerBound(OperatorContext context, int input) => context.Size(0, 2) + 1;

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        if (gradient.Needs(0))
            gradient.Set(0, gradient.Add(SoftmaxGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Result]));
    }
}

/// <summary>Which keys a step sees.</summary>
/// <param name="step">The step as a number.</param>
/// <param name="key">The axis of keys.</param>
/// <param name="isCausal">True where later keys than the step are not seen.</param>
/// <param name="length">How many keys there are; null where all are.</param>
internal sealed class KeyMask(ScalarExpression step, Axis key, bool isCausal, ScalarRead? length)
{
    /// <summary>A number where the key is seen, else another one.</summary>
    public ScalarExpression IfSeen(ScalarExpression seen, double otherwise)
    {
        if (length is not null)
            seen = ScalarExpression.Select(ComparisonFunction.Less, new ScalarIndex(key), length, seen, otherwise);
        return isCausal
            ? ScalarExpression.Select(ComparisonFunction.LessOrEqual, new ScalarIndex(key), step, seen, otherwise)
            : seen;
    }

    /// <summary>
    /// The definitions of softmax over the keys that are seen: the largest score, the sum of exponentials, and the weights. Where a key is
    /// seen the sum is 1 or more.
    /// </summary>
    /// <param name="score">The score at all axes.</param>
    /// <param name="rows">All axes but that of keys.</param>
    /// <param name="axes">All axes.</param>
    /// <param name="sources">Inputs and definitions before these.</param>
    public IEnumerable<TensorDefinition> Softmax(ScalarExpression score, ImmutableArray<Axis> rows, ImmutableArray<Axis> axes, int sources)
    {
        var exponential = ScalarExpression.Apply(UnaryFunction.Exp, score - Elementwise.Read(sources, rows));
        yield return new TensorDefinition(rows, new ScalarReduction(ReductionKind.Max, [key], IfSeen(score, double.NegativeInfinity)));
        yield return new TensorDefinition(rows, ScalarExpression.Sum([key], IfSeen(exponential, 0)));
        yield return new TensorDefinition(
            axes, IfSeen(exponential / ScalarExpression.Max(Elementwise.Read(sources + 1, rows), 1), 0));
    }
}
