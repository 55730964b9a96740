using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Tensors behind one another along an axis of a sample: 0, the default, are the channels of images and the elements of vectors.
/// Keras: Concatenate; PyTorch: cat, whose axis counts the batch too.
/// </summary>
public sealed class ConcatenateLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } =
        new("Concatenate", [new("Axis", ArgumentKind.Int, 0)], Inputs: Signature.AnyNumber);

    /// <inheritdoc/>
    public override bool TakesIntegers(int input) => true;

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var first = builder.Input.Type;
        var axis = builder.Int("Axis", 0, first.Rank - 2) + 1;
        foreach (var other in builder.Inputs.Select(v => v.Type))
        {
            if (other.Rank != first.Rank || other.Shape.Where((extent, i) => i != axis && extent != first.Shape[i]).Any())
            {
                throw builder.Error(Rules.ShapeMismatch, null, builder.Label, first.ToShapeText(), other.ToShapeText(),
                    "equal extents but for axis " + (axis - 1).ToString(CultureInfo.InvariantCulture));
            }
        }

        if (builder.Inputs.FirstOrDefault(v => v.Type.Element != first.Element) is { } mixed)
        {
            throw builder.Error(Rules.ShapeMismatch, null, builder.Label, Text(first), Text(mixed.Type), "either integers or numbers");
        }

        return builder.Add(Concatenate.Instance, "", builder.Inputs, Attributes.Empty.With("axis", axis)).Result;

        static string Text(TensorType type) => (type.Element == ScalarKind.I32 ? "integers " : "numbers ") + type.ToShapeText();
    }
}

/// <summary>y[…, offset[i] + k, …] = x[i][…, k, …]; attribute axis, which counts the batch.</summary>
public sealed class Concatenate : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Concatenate Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var axis = context.Attributes.Int("axis");
        var total = context.Inputs.Sum(type => type.Shape[axis].Size);
        return [context.Inputs[0] with { Shape = context.Shape(0).SetItem(axis, total) }];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var along = context.Attributes.Int("axis");
        var type = Infer(context)[0];
        var axes = Elementwise.AxesOf(type);
        ScalarExpression? element = null;
        var offset = 0;
        for (var i = 0; i < context.Inputs.Length; i++)
        {
            // Elsewhere than in its own part each input reads as 0.
            var indices = axes.Select((axis, d) => d == along ? (IndexExpression)axis + -offset : axis);
            var read = new ScalarRead(i, [.. indices], context.Inputs.Length == 1 ? null : 0);
            element = element is null ? read : element + read;
            offset += context.Size(i, along);
        }

        return new([new TensorDefinition(axes, element!, type.Element)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var along = gradient.Node.Attributes.Int("axis");
        var offset = 0;
        for (var i = 0; i < gradient.Node.Inputs.Length; i++)
        {
            var size = gradient.Node.Inputs[i].Type.Shape[along].Size;
            if (gradient.Needs(i))
            {
                gradient.Set(i, gradient.Add(Slice.Instance, "part" + i.ToString(CultureInfo.InvariantCulture), [gradient.ResultGradient],
                    Slice.Of(along, offset, size)));
            }

            offset += size;
        }
    }
}
