using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// For each element, which is a whole number, as many elements as there are classes: 1 at that class, 0 elsewhere, and 0 everywhere where
/// it is no class. The classes are one more extent behind the others. It has no gradient. Keras: ops.one_hot; PyTorch: functional.one_hot.
/// </summary>
public sealed class OneHotLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("OneHot", new SignatureParameter("Classes", ArgumentKind.Int));

    /// <inheritdoc/>
    public override bool TakesIntegers(int input) => true;

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(OneHot.Instance, "", [builder.Input],
        Attributes.Empty.With("classes", builder.Int("Classes", 1, 1 << 20))).Result;
}

/// <summary>y[n, …, k] = 1 where x[n, …] = k, else 0; attribute classes, how many k there are.</summary>
public sealed class OneHot : Operator
{
    /// <summary>The operator.</summary>
    public static readonly OneHot Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(context.Shape(0).Add(context.Attributes.Int("classes")))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var k = axes[axes.Length - 1];
        return new([new TensorDefinition(axes, ScalarExpression.Select(
            ComparisonFunction.Equal, Elementwise.Read(0, axes.Remove(k)), new ScalarIndex(k), 1, 0))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        // A step: where it has a derivative, that is 0.
    }
}
