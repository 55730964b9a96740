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

    /// <summary>
    /// The inputs of a layer, which agree, or it complains. A number, the only element of a sample, goes with tensors of any rank; of
    /// several numbers the lowest rank counts, so that the loss of a sample stays one when another number is added.
    /// </summary>
    public static ImmutableArray<Value> Inputs(LayerBuilder builder)
    {
        var inputs = builder.Inputs;
        if (inputs.All(input => input.Type.IsPerSample))
        {
            var rank = inputs.FirstOrDefault(input => !IsNumber(input.Type))?.Type.Rank ?? inputs.Min(input => input.Type.Rank);
            inputs = [.. inputs.Select((input, number) => IsNumber(input.Type) ? WithRank(builder, input, number, rank) : input)];
        }

        var a = inputs[0].Type;
        foreach (var b in inputs.Skip(1).Select(input => input.Type))
        {
            a = TensorType.Float(Shape(a.Shape, b.Shape) ?? throw builder.Error(
                Rules.ShapeMismatch, null, builder.Label, a.ToShapeText(), b.ToShapeText(), "extents that are equal or 1"));
        }

        return inputs;
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

    private static bool IsNumber(TensorType type) => type.Shape.Skip(1).All(IsOne);

    private static Value WithRank(LayerBuilder builder, Value number, int input, int rank)
    {
        while (number.Type.Rank != rank)
        {
            Operator step = number.Type.Rank > rank ? Squeeze.Instance : Unsqueeze.Instance;
            number = builder.Add(step, FormattableString.Invariant($"number{input}_{number.Type.Rank}"), [number], Squeeze.Of(1)).Result;
        }

        return number;
    }
}
