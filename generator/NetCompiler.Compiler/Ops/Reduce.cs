using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// A layer that makes one number of the elements along axes of a sample; the axes stay, with an extent of 1, so that what comes out
/// can be used beside the input.
/// </summary>
public abstract class ReductionLayer : Layer
{
    /// <summary>The signature: the axes, all of them where none is given.</summary>
    protected static Signature SignatureOf(string name) =>
        Signature.Of(name, new SignatureParameter("Axes", ArgumentKind.Ints, ImmutableArray<int>.Empty));

    /// <summary>The axes of the input that are reduced; they count the batch.</summary>
    protected static ImmutableArray<int> Axes(LayerBuilder builder)
    {
        builder.RequireFeatures(builder.Input);
        var (rank, axes) = (builder.Input.Type.Rank - 1, builder.Ints("Axes"));
        foreach (var axis in axes)
        {
            if (axis < 0 || axis >= rank)
            {
                throw builder.Error(Rules.OutOfRange, "Axes", builder.Label, "Axes", axis.ToString(CultureInfo.InvariantCulture),
                    "0 to " + (rank - 1).ToString(CultureInfo.InvariantCulture));
            }
        }

        return axes.IsEmpty ? [.. Enumerable.Range(1, rank)] : [.. axes.Distinct().OrderBy(axis => axis).Select(axis => axis + 1)];
    }

    /// <summary>The shape of a sample whose reduced axes have an extent of 1.</summary>
    protected static ImmutableArray<int> Shape(LayerBuilder builder, ImmutableArray<int> axes) =>
        [.. builder.Input.Type.SampleShape.Select((extent, i) => axes.Contains(i + 1) ? 1 : extent)];
}

/// <summary>The sum along axes. Keras: ops.sum; PyTorch: sum with keepdim.</summary>
public sealed class SumLayer : ReductionLayer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = SignatureOf("Sum");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) =>
        builder.Add(SumTo.Instance, "", [builder.Input], Attributes.Empty.With("shape", Shape(builder, Axes(builder)))).Result;
}

/// <summary>The mean along axes. Keras: ops.mean; PyTorch: mean with keepdim.</summary>
public sealed class MeanLayer : ReductionLayer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = SignatureOf("Mean");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var axes = Axes(builder);
        var count = axes.Aggregate(1.0, (product, axis) => product * builder.Input.Type.Shape[axis].Size);
        return builder.Add(SumTo.Instance, "", [builder.Input],
            Attributes.Empty.With("shape", Shape(builder, axes)).With("scale", 1 / count)).Result;
    }
}

/// <summary>The largest along axes; those that are equal share the gradient. Keras: ops.max; PyTorch: amax.</summary>
public sealed class MaxLayer : ReductionLayer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = SignatureOf("Max");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) =>
        builder.Add(ReduceExtreme.Instance, "", [builder.Input], ReduceExtreme.Of(Axes(builder), isLargest: true, sharesTies: true)).Result;
}

/// <summary>The smallest along axes; those that are equal share the gradient. Keras: ops.min; PyTorch: amin.</summary>
public sealed class MinLayer : ReductionLayer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = SignatureOf("Min");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) =>
        builder.Add(ReduceExtreme.Instance, "", [builder.Input], ReduceExtreme.Of(Axes(builder), isLargest: false, sharesTies: true)).Result;
}

/// <summary>
/// The largest element of each channel; makes a vector of an image. The gradient goes to the first of those that are equal.
/// </summary>
public sealed class GlobalMaxPoolLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("GlobalMaxPool");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        builder.RequireImage(input);
        var largest = builder.Add(ReduceExtreme.Instance, "largest", [input], ReduceExtreme.Of([2, 3], isLargest: true, sharesTies: false)).Result;
        return builder.Add(Flatten.Instance, "", [largest]).Result;
    }
}

/// <summary>
/// y = the largest, or the smallest, of x along axes, whose extents become 1; the second result, index, is where it stands first, counted
/// through those axes in row-major order. Attributes axes (which count the batch), sign (1 for the largest, −1 for the smallest) and ties:
/// true where elements that are equal share the gradient, false where the first has it.
/// </summary>
public sealed class ReduceExtreme : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ReduceExtreme Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(ImmutableArray<int> axes, bool isLargest, bool sharesTies) =>
        Attributes.Empty.With("axes", axes).With("sign", isLargest ? 1 : -1).With("ties", sharesTies);

    /// <inheritdoc/>
    public override string ResultName(int result) => "index";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var axes = context.Attributes.Ints("axes");
        var shape = context.Shape(0).Select((extent, i) => axes.Contains(i) ? 1 : extent).ToImmutableArray();
        return [TensorType.Float(shape), new TensorType(ScalarKind.I32, shape)];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var (reduced, sign) = (context.Attributes.Ints("axes"), context.Attributes.Int("sign"));
        var along = reduced.Select(d => new Axis("k" + axes[d].Name, context.Shape(0)[d])).ToImmutableArray();
        ScalarExpression read = new ScalarRead(0,
            [.. axes.Select((axis, d) => (IndexExpression)(reduced.IndexOf(d) is >= 0 and var i ? along[i] : axis))]);
        var signed = sign > 0 ? read : -read;
        ScalarExpression largest = new ScalarReduction(ReductionKind.Max, along, signed);
        return new(
            [new TensorDefinition(axes, sign > 0 ? largest : -largest),
             new TensorDefinition(axes, new ScalarReduction(ReductionKind.ArgMax, along, signed), ScalarKind.I32)],
            ResultCount: 2);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var (x, y, dy) = (gradient.Node.Inputs[0], gradient.Node.Result, gradient.ResultGradient);
        var attributes = Attributes.Empty.With("axes", gradient.Node.Attributes.Ints("axes"));
        gradient.Set(0, gradient.Node.Attributes.Bool("ties", false)
            ? gradient.Add(SharedExtremeGradient.Instance, "input", [dy, x, y], attributes)
            : gradient.Add(ReduceExtremeGradient.Instance, "input", [dy, gradient.Node.Results[1]],
                attributes.With("shape", x.Type.SampleShape)));
    }
}

/// <summary>
/// dx = dy at the first element that was the largest or smallest, 0 elsewhere. Inputs dy and index; attributes axes of
/// <see cref="ReduceExtreme"/>, and shape of a sample of x.
/// </summary>
public sealed class ReduceExtremeGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ReduceExtremeGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float([context.Shape(0)[0], .. context.Attributes.Ints("shape").Select(size => (Dimension)size)])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var reduced = context.Attributes.Ints("axes");
        var place = Flatten.Linear([.. reduced.Select(d => axes[d])]);
        ImmutableArray<IndexExpression> indices = [.. axes.Select((axis, d) => reduced.Contains(d) ? 0 : (IndexExpression)axis)];
        return new([new TensorDefinition(axes, ScalarExpression.Select(
            ComparisonFunction.Equal, new ScalarRead(1, indices), new ScalarIndex(place), new ScalarRead(0, indices), 0))]);
    }
}

/// <summary>
/// dx = dy / count at the elements that were the largest or smallest, of which there are count; 0 elsewhere. Inputs dy, x and y; attribute
/// axes of <see cref="ReduceExtreme"/>.
/// </summary>
public sealed class SharedExtremeGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly SharedExtremeGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[1]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var reduced = context.Attributes.Ints("axes");
        var axes = Elementwise.AxesOf(context.Inputs[1]);
        var small = Elementwise.AxesOf(context.Inputs[0]);
        ImmutableArray<IndexExpression> indices = [.. axes.Select((axis, d) => reduced.Contains(d) ? 0 : (IndexExpression)axis)];
        // How many are equal, at the axes that stay.
        var along = reduced.Select(d => new Axis("k" + axes[d].Name, axes[d].Extent)).ToImmutableArray();
        var element = new ScalarRead(1,
            [.. small.Select((axis, d) => (IndexExpression)(reduced.IndexOf(d) is >= 0 and var i ? along[i] : axis))]);
        var count = new TensorDefinition(small, ScalarExpression.Sum(along,
            ScalarExpression.Select(ComparisonFunction.Equal, element, Elementwise.Read(2, small), 1, 0)));
        return new([count, new TensorDefinition(axes, ScalarExpression.Select(ComparisonFunction.Equal,
            Elementwise.Read(1, axes), new ScalarRead(2, indices), new ScalarRead(0, indices) / new ScalarRead(3, indices), 0))]);
    }
}
