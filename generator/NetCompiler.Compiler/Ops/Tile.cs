using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>A tensor repeated behind itself along the axes of a sample. Keras: ops.tile; PyTorch: repeat; ONNX: Tile.</summary>
public sealed class TileLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Tile", new SignatureParameter("Repeats", ArgumentKind.Ints));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var (type, repeats) = (builder.Input.Type, builder.Ints("Repeats"));
        builder.RequireFeatures(builder.Input);
        if (repeats.Length != type.Rank - 1 || repeats.Any(count => count < 1))
        {
            throw builder.Error(Rules.InvalidArgument, "Repeats", builder.Label, "Repeats",
                "it takes a number, 1 or more, for each of the " + (type.Rank - 1).ToString(CultureInfo.InvariantCulture) + " axes of "
                + type.ToShapeText());
        }

        if (repeats.Aggregate((double)type.SampleLength, (product, count) => product * count) > int.MaxValue / sizeof(float))
        {
            throw builder.Error(Rules.OutOfRange, "Repeats", builder.Label, "Repeats", string.Join("×", repeats),
                "so few that the result can be addressed");
        }

        return builder.Add(Tile.Instance, "", [builder.Input], Attributes.Empty.With("repeats", repeats)).Result;
    }
}

/// <summary>
/// A tensor whose extents of 1 are made longer by using its element again. Keras: ops.broadcast_to; PyTorch: expand; ONNX: Expand.
/// </summary>
public sealed class ExpandLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Expand", new SignatureParameter("Shape", ArgumentKind.Ints));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var (type, shape) = (builder.Input.Type, builder.Ints("Shape"));
        builder.RequireFeatures(builder.Input);
        if (shape.Length != type.Rank - 1 || shape.Where((extent, i) => extent < 1 || type.SampleShape[i] != 1 && extent != type.SampleShape[i]).Any())
        {
            throw builder.Error(Rules.InvalidArgument, "Shape", builder.Label, "Shape",
                "it takes the extents of " + type.ToShapeText() + ", of which those that are 1 may be larger");
        }

        return builder.Add(BroadcastTo.Instance, "", [builder.Input], Attributes.Empty.With("shape", shape)).Result;
    }
}

/// <summary>y[n, …, r · size + i, …] = x[n, …, i, …]; attribute repeats, how many r there are for each axis of a sample.</summary>
public sealed class Tile : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Tile Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float([.. context.Shape(0).Select((extent, d) => d == 0 ? extent : extent.Size * Repeats(context, d))])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var copies = axes.Select((axis, d) => new Axis("r" + axis.Name, d == 0 ? 1 : Repeats(context, d))).ToArray();
        // The elements of one copy lie inside, in the order of the axes.
        return new([new TensorDefinition([.. copies.Where(copy => copy.Extent.Size > 1), .. axes], Elementwise.Read(0, axes), Indices:
            [.. axes.Select((axis, d) => d == 0 || copies[d].Extent.Size == 1
                ? axis
                : (IndexExpression)copies[d] * axis.Extent.Size + axis)])]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(TileGradient.Instance, "input", [gradient.ResultGradient], gradient.Node.Attributes));

    /// <summary>How often a dimension, which counts the batch, is repeated.</summary>
    internal static int Repeats(OperatorContext context, int dimension) => context.Attributes.Ints("repeats")[dimension - 1];
}

/// <summary>dx[n, …, i, …] = Σ dy[n, …, r · size + i, …] over the copies r; attribute of <see cref="Tile"/>.</summary>
public sealed class TileGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly TileGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float([.. context.Shape(0).Select((extent, d) => d == 0 ? extent : extent.Size / Tile.Repeats(context, d))])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var copies = axes.Select((axis, d) => new Axis("r" + axis.Name, d == 0 ? 1 : Tile.Repeats(context, d))).ToArray();
        var read = new ScalarRead(0, [.. axes.Select((axis, d) => d == 0 || copies[d].Extent.Size == 1
            ? axis
            : (IndexExpression)copies[d] * axis.Extent.Size + axis)]);
        var summed = copies.Where(copy => copy.Extent.Size > 1).ToImmutableArray();
        return new([new TensorDefinition(axes, summed.IsEmpty ? read : ScalarExpression.Sum(summed, read))]);
    }
}
