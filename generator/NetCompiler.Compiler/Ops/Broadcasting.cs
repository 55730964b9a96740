using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Shapes of tensors that meet element by element, as in NumPy: extents agree, or one of them is 1 and its element is used all along.
/// The number of extents has to agree, so that a vector beside an image is not taken for one of its rows.
/// </summary>
internal static class Broadcasting
{
    /// <summary>The shape of the result; null where the shapes do not agree.</summary>
    public static ImmutableArray<Dimension>? Shape(ImmutableArray<Dimension> a, ImmutableArray<Dimension> b)
    {
        if (a.Length != b.Length)
            return null;
        var shape = ImmutableArray.CreateBuilder<Dimension>(a.Length);
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i] && !IsOne(a[i]) && !IsOne(b[i]))
                return null;
            shape.Add(IsOne(a[i]) ? b[i] : a[i]);
        }

        return shape.ToImmutable();
    }

    /// <summary>True for an extent whose only element is used all along another one.</summary>
    public static bool IsOne(Dimension extent) => extent.IsConstant && extent.Size == 1;

    /// <summary>Complains unless the inputs of a layer agree.</summary>
    public static void Require(LayerBuilder builder)
    {
        var a = builder.Inputs[0].Type;
        foreach (var b in builder.Inputs.Skip(1).Select(input => input.Type))
        {
            a = TensorType.Float(Shape(a.Shape, b.Shape) ?? throw builder.Error(
                Rules.ShapeMismatch, null, builder.Label, a.ToShapeText(), b.ToShapeText(), "extents that are equal or 1"));
        }
    }

    /// <summary>
    /// The gradient of an input that was broadcast: summed up over the places at which each of its elements was used.
    /// </summary>
    public static void Set(GradientContext gradient, int input, Value value)
    {
        if (!gradient.Needs(input))
            return;
        var type = gradient.Node.Inputs[input].Type;
        gradient.Set(input, type.Shape.SequenceEqual(value.Type.Shape)
            ? value
            : gradient.Add(SumTo.Instance, $"sum{input.ToString(CultureInfo.InvariantCulture)}", [value],
                Attributes.Empty.With("shape", type.SampleShape)));
    }
}
