using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>y = 0 for each sample: the state that a sequence begins with. Reads nothing; attribute shape of a sample.</summary>
public sealed class Zeros : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Zeros Instance = new();

    /// <summary>The attributes for zeros of a type.</summary>
    public static Attributes Of(TensorType type) => Attributes.Empty.With("shape", type.SampleShape);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float([Dimension.Batch, .. context.Attributes.Ints("shape").Select(size => (Dimension)size)])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context) =>
        new([new TensorDefinition(Elementwise.AxesOf(Infer(context)[0]), new ScalarLiteral(0))]);
}
