using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// y = 0: the state that a sequence begins with, the gradient of what has no influence. Reads nothing; attributes shape of a sample, and
/// batch, true where there is one.
/// </summary>
public sealed class Zeros : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Zeros Instance = new();

    /// <summary>The attributes for zeros of a type.</summary>
    public static Attributes Of(TensorType type) =>
        Attributes.Empty.With("shape", type.SampleShape).With("batch", type.IsPerSample);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var sample = context.Attributes.Ints("shape").Select(size => (Dimension)size);
        return [TensorType.Float([.. context.Attributes.Bool("batch", true) ? sample.Prepend(Dimension.Batch) : sample])];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context) =>
        new([new TensorDefinition(Elementwise.AxesOf(Infer(context)[0]), new ScalarLiteral(0))]);
}
