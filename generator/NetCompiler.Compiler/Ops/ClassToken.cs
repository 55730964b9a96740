using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// A trained step before a sequence (T, F), in which transformers gather what they say of the whole: (T + 1, F); weights (F).
/// </summary>
public sealed class ClassTokenLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("ClassToken");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        builder.RequireSequence(builder.Input);
        var width = builder.Input.Type.Shape[2].Size;
        var weight = builder.AddParameter("weight", [width], ParameterInitializer.Weights, 1, width);
        return builder.Add(PrependRow.Instance, "", [builder.Input, weight]).Result;
    }
}

/// <summary>y[n, 0, f] = w[f]; y[n, t + 1, f] = x[n, t, f]. Inputs x and w.</summary>
public sealed class PrependRow : Operator
{
    /// <summary>The operator.</summary>
    public static readonly PrependRow Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(context.Shape(0)[0], context.Size(0, 1) + 1, context.Shape(0)[2])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var row = new ScalarRead(0, [axes[0], (IndexExpression)axes[1] + -1, axes[2]], 0);
        return new([new TensorDefinition(axes,
            ScalarExpression.Select(ComparisonFunction.Equal, new ScalarIndex(axes[1]), 0, new ScalarRead(1, [axes[2]]), row))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var dy = gradient.ResultGradient;
        if (gradient.Needs(0))
            gradient.Set(0, gradient.Add(Slice.Instance, "input", [dy], Slice.Of(1, 1, gradient.Node.Inputs[0].Type.Shape[1].Size)));
        if (gradient.Needs(1))
        {
            var first = gradient.Add(Slice.Instance, "first", [dy], Slice.Of(1, 0, 1));
            gradient.Set(1, gradient.Add(ChannelSum.Instance, "token", [first]));
        }
    }
}
