using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Where the largest element stands along axes, as a number: the first of those that are equal, counted through the axes in row-major
/// order. It has no gradient. Keras: ops.argmax; PyTorch: argmax with keepdim; ONNX: ArgMax.
/// </summary>
public sealed class ArgMaxLayer : ReductionLayer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = SignatureOf("ArgMax");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) =>
        builder.Add(ArgExtreme.Instance, "", [builder.Input], ArgExtreme.Of(Axes(builder), isLargest: true)).Result;
}

/// <summary>Where the smallest element stands along axes; see <see cref="ArgMaxLayer"/>.</summary>
public sealed class ArgMinLayer : ReductionLayer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = SignatureOf("ArgMin");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) =>
        builder.Add(ArgExtreme.Instance, "", [builder.Input], ArgExtreme.Of(Axes(builder), isLargest: false)).Result;
}

/// <summary>
/// y = the place, through axes whose extents become 1, where x is largest or smallest first. Attributes axes (which count the batch) and
/// sign: 1 for the largest, −1 for the smallest.
/// </summary>
public sealed class ArgExtreme : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ArgExtreme Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(ImmutableArray<int> axes, bool isLargest) =>
        Attributes.Empty.With("axes", axes).With("sign", isLargest ? 1 : -1);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var axes = context.Attributes.Ints("axes");
        return [TensorType.Float([.. context.Shape(0).Select((extent, i) => axes.Contains(i) ? 1 : extent)])];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var reduced = context.Attributes.Ints("axes");
        var along = reduced.Select(d => new Axis("k" + axes[d].Name, context.Shape(0)[d])).ToImmutableArray();
        ScalarExpression read = new ScalarRead(0,
            [.. axes.Select((axis, d) => (IndexExpression)(reduced.IndexOf(d) is >= 0 and var i ? along[i] : axis))]);
        return new([new TensorDefinition(axes,
            new ScalarReduction(ReductionKind.ArgMax, along, context.Attributes.Int("sign") > 0 ? read : -read))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        // A step: where it has a derivative, that is 0.
    }
}
