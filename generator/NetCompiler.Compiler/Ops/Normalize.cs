using System.Collections.Immutable;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// y[n, c, …] = (x[n, c, …] · scale − mean[c]) / deviation[c]: what a network does to its input. x holds bytes or numbers;
/// attributes scale (default 1), mean and deviation, one number for each channel or one for all (default 0 and 1).
/// </summary>
public sealed class Normalize : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Normalize Instance = new();

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override ImmutableArray<Graphs.TensorType> Infer(OperatorContext context) => [Graphs.TensorType.Float(context.Shape(0))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var (means, deviations) = (Numbers(context, "mean", 0), Numbers(context, "deviation", 1));
        var scale = context.Attributes.Double("scale", 1);
        var channels = Math.Max(means.Length, deviations.Length);
        var factors = Enumerable.Range(0, channels).Select(c => scale / Of(deviations, c)).ToImmutableArray();
        var offsets = Enumerable.Range(0, channels).Select(c => -Of(means, c) / Of(deviations, c)).ToImmutableArray();
        // One number a sample has no channels: all are one.
        var feature = axes.Length < 2 ? axes[0] : Elementwise.Feature(axes);
        ScalarExpression body = Elementwise.Read(0, axes) * PerChannel(feature, factors);
        if (offsets.Any(o => o != 0))
            body += PerChannel(feature, offsets);
        return new([new TensorDefinition(axes, body)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) => gradient.Set(0, gradient.Add(Instance, "input",
        [gradient.ResultGradient], gradient.Node.Attributes.With("mean", ImmutableArray.Create(0.0))));

    private static ImmutableArray<double> Numbers(OperatorContext context, string name, double fallback)
    {
        ImmutableArray<double> numbers = context.Attributes.Has(name) ? context.Attributes.Doubles(name) : [fallback];
        var channels = context.Inputs[0].Rank < 2 ? 1 : context.Size(0, context.Inputs[0].FeatureDimension);
        if (numbers.Length != 1 && numbers.Length != channels)
            throw new InvalidOperationException($"Normalize: {name} has {numbers.Length} numbers, expected 1 or {channels}.");
        return numbers;
    }

    private static double Of(ImmutableArray<double> numbers, int channel) => numbers[numbers.Length == 1 ? 0 : channel];

    private static ScalarExpression PerChannel(Axis channel, ImmutableArray<double> numbers)
    {
        if (numbers.All(n => n == numbers[0]))
            return numbers[0];
        ScalarExpression result = numbers[numbers.Length - 1];
        for (var c = numbers.Length - 2; c >= 0; c--)
            result = ScalarExpression.Select(ComparisonFunction.Equal, new ScalarIndex(channel), c, numbers[c], result);
        return result;
    }
}
