using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Elements around an image: a constant, the image mirrored at its outermost elements (reflect), or those elements repeated (edge).
/// Keras: ZeroPadding2D; PyTorch: ConstantPad2d, ReflectionPad2d, ReplicationPad2d; ONNX: Pad.
/// </summary>
public sealed class PadLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Pad",
        new("Padding", ArgumentKind.Ints), new("Mode", ArgumentKind.Text, nameof(PaddingMode.Constant)),
        new("Value", ArgumentKind.Double, 0.0));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        builder.RequireImage(input);
        var (mode, value) = (builder.Member<PaddingMode>("Mode"), builder.Finite("Value"));
        var (top, left, bottom, right) = Sides(builder);
        Check(builder, mode, Math.Max(top, bottom), input.Type.Shape[2].Size, "height");
        Check(builder, mode, Math.Max(left, right), input.Type.Shape[3].Size, "width");
        var tall = top + bottom == 0
            ? input
            : builder.Add(Pad.Instance, left + right == 0 ? "" : "rows", [input], Pad.Of(mode, 2, top, bottom, value)).Result;
        return left + right == 0 && tall != input
            ? tall
            : builder.Add(Pad.Instance, "", [tall], Pad.Of(mode, 3, left, right, value)).Result;
    }

    private static (int Top, int Left, int Bottom, int Right) Sides(LayerBuilder builder)
    {
        var padding = builder.Ints("Padding");
        foreach (var side in padding.Where(side => side is < 0 or > LayerBuilder.MaxWindow))
        {
            throw builder.Error(Rules.OutOfRange, "Padding", builder.Label, "Padding", side.ToString(CultureInfo.InvariantCulture),
                "0 to " + LayerBuilder.MaxWindow.ToString(CultureInfo.InvariantCulture));
        }

        return padding.Length switch
        {
            1 => (padding[0], padding[0], padding[0], padding[0]),
            2 => (padding[0], padding[1], padding[0], padding[1]),
            4 => (padding[0], padding[1], padding[2], padding[3]),
            _ => throw builder.Error(Rules.InvalidArgument, "Padding", builder.Label, "Padding",
                "it takes one number for all sides, two for height and width, or four: top, left, bottom, right"),
        };
    }

    private static void Check(LayerBuilder builder, PaddingMode mode, int padding, int size, string direction)
    {
        if (mode == PaddingMode.Reflect && padding >= size)
        {
            throw builder.Error(Rules.OutOfRange, "Padding", builder.Label, "Padding", padding.ToString(CultureInfo.InvariantCulture),
                $"less than the image's {direction} of {size.ToString(CultureInfo.InvariantCulture)}, so that it can be mirrored");
        }
    }
}

/// <summary>What stands around a tensor.</summary>
public enum PaddingMode
{
    /// <summary>A number.</summary>
    Constant,

    /// <summary>The tensor mirrored at its outermost element, which is not repeated.</summary>
    Reflect,

    /// <summary>Its outermost element.</summary>
    Edge,
}

/// <summary>
/// y[…, i, …] = x[…, i − before, …] along one axis, and what the mode says outside; attributes axis (which counts the batch), before,
/// after, mode and value.
/// </summary>
public sealed class Pad : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Pad Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(PaddingMode mode, int axis, int before, int after, double value = 0) => Attributes.Empty
        .With("mode", mode.ToString()).With("axis", axis).With("before", before).With("after", after).With("value", value);

    /// <summary>The mode in a node's attributes.</summary>
    internal static PaddingMode Mode(Attributes attributes) => (PaddingMode)Enum.Parse(typeof(PaddingMode), attributes.Text("mode")!);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var axis = context.Attributes.Int("axis");
        return [TensorType.Float(context.Shape(0).SetItem(axis,
            context.Size(0, axis) + context.Attributes.Int("before") + context.Attributes.Int("after")))];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var along = context.Attributes.Int("axis");
        var (before, size) = (context.Attributes.Int("before"), context.Size(0, along));
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var (mode, i) = (Mode(context.Attributes), (IndexExpression)axes[along]);
        if (mode == PaddingMode.Constant)
            return new([new TensorDefinition(axes, Read(i + -before, context.Attributes.Double("value")))]);
        var (first, last) = mode == PaddingMode.Edge
            ? (Read(0, null), Read(size - 1, null))
            : (Read(i * -1 + before, 0), Read(i * -1 + (2 * (size - 1) + before), 0));
        return new([new TensorDefinition(axes,
            ScalarExpression.Select(ComparisonFunction.Less, new ScalarIndex(i), before, first,
                ScalarExpression.Select(ComparisonFunction.Less, new ScalarIndex(i), before + size, Read(i + -before, 0), last)))]);

        ScalarRead Read(IndexExpression index, double? outside) =>
            new(0, [.. axes.Select((axis, d) => d == along ? index : axis)], outside);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(PadGradient.Instance, "input", [gradient.ResultGradient], gradient.Node.Attributes));
}

/// <summary>
/// dx[…, i, …] = dy[…, i + before, …] and, where elements stand in the padding too, those. Attributes of <see cref="Pad"/>.
/// </summary>
public sealed class PadGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly PadGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var axis = context.Attributes.Int("axis");
        return [TensorType.Float(context.Shape(0).SetItem(axis,
            context.Size(0, axis) - context.Attributes.Int("before") - context.Attributes.Int("after")))];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var along = context.Attributes.Int("axis");
        var (before, after) = (context.Attributes.Int("before"), context.Attributes.Int("after"));
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var (i, last) = ((IndexExpression)axes[along], axes[along].Extent.Size - 1);
        ScalarExpression sum = Read(i + before, null);
        switch (Pad.Mode(context.Attributes))
        {
            case PaddingMode.Reflect:
                // Mirrored, an element beyond the padding is read outside; the outermost element itself is not repeated.
                if (before > 0)
                    sum += Where(ComparisonFunction.Greater, 0, Read(i * -1 + before, 0));
                if (after > 0)
                    sum += Where(ComparisonFunction.Less, last, Read(i * -1 + (2 * last + before), 0));
                break;
            case PaddingMode.Edge:
                if (before > 0)
                    sum += Where(ComparisonFunction.Equal, 0, Repeated(before, 0));
                if (after > 0)
                    sum += Where(ComparisonFunction.Equal, last, Repeated(after, before + last + 1));
                break;
        }

        return new([new TensorDefinition(axes, sum)]);

        ScalarRead Read(IndexExpression index, double? outside) =>
            new(0, [.. axes.Select((axis, d) => d == along ? index : axis)], outside);

        ScalarExpression Where(ComparisonFunction comparison, int place, ScalarExpression value) =>
            ScalarExpression.Select(comparison, new ScalarIndex(i), place, value, 0);

        ScalarExpression Repeated(int count, int start)
        {
            var k = new Axis("k", count);
            return ScalarExpression.Sum([k], Read((IndexExpression)k + start, null));
        }
    }
}
