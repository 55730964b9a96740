using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// The axes of a sample in another order: axis i of the result is axis Axes[i] of the input. Keras: Permute, which counts from 1;
/// PyTorch: permute, which counts the batch too.
/// </summary>
public sealed class PermuteLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Permute", new SignatureParameter("Axes", ArgumentKind.Ints));

    /// <inheritdoc/>
    public override bool TakesIntegers(int input) => true;

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var axes = builder.Ints("Axes");
        var rank = builder.Input.Type.Rank - 1;
        if (axes.Length != rank || !axes.OrderBy(axis => axis).SequenceEqual(Enumerable.Range(0, rank)))
        {
            throw builder.Error(Rules.InvalidArgument, "Axes", builder.Label, "Axes",
                $"it takes each axis of {builder.Input.Type.ToShapeText()} once: {string.Join(", ", Enumerable.Range(0, rank))} in any order");
        }

        return builder.Add(Permute.Instance, "", [builder.Input], Permute.Of(axes)).Result;
    }
}

/// <summary>The last two axes of a sample exchanged. PyTorch: transpose(-2, -1).</summary>
public sealed class TransposeLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Transpose");

    /// <inheritdoc/>
    public override bool TakesIntegers(int input) => true;

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        builder.RequireMatrix(builder.Input);
        var rank = builder.Input.Type.Rank - 1;
        var axes = Enumerable.Range(0, rank - 2).Append(rank - 1).Append(rank - 2);
        return builder.Add(Permute.Instance, "", [builder.Input], Permute.Of([.. axes])).Result;
    }
}

/// <summary>y[n, i₀, i₁, …] = x[n, …] with i_d at dimension axes[d] of a sample; attribute axes, which do not count the batch.</summary>
public sealed class Permute : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Permute Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(ImmutableArray<int> axes) => Attributes.Empty.With("axes", axes);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var shape = context.Shape(0);
        return [context.Inputs[0] with { Shape = [shape[0], .. context.Attributes.Ints("axes").Select(axis => shape[axis + 1])] }];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var type = Infer(context)[0];
        var axes = Elementwise.AxesOf(type);
        var order = context.Attributes.Ints("axes");
        var indices = Enumerable.Range(0, order.Length).Select(axis => (IndexExpression)axes[order.IndexOf(axis) + 1]);
        return new([new TensorDefinition(axes, new ScalarRead(0, [axes[0], .. indices]), type.Element)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var order = gradient.Node.Attributes.Ints("axes");
        var inverse = Enumerable.Range(0, order.Length).Select(axis => order.IndexOf(axis));
        gradient.Set(0, gradient.Add(Instance, "input", [gradient.ResultGradient], Of([.. inverse])));
    }
}
