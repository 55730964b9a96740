using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Convolution (cross-correlation, as every framework has it) with bias over an image: weights (O, I/groups, KH, KW), bias (O); or over a
/// signal (C, L): weights (O, I/groups, K).
/// </summary>
public sealed class ConvLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Conv",
        new("Channels", ArgumentKind.Int), new("Kernel", ArgumentKind.Pair), new("Stride", ArgumentKind.Pair, 1),
        new("Padding", ArgumentKind.Pair, 0), new("Dilation", ArgumentKind.Pair, 1), new("Groups", ArgumentKind.Int, 1),
        new("Bias", ArgumentKind.Bool, true), new("Connections", ArgumentKind.Text, ""));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.AsImage();
        var channels = builder.Int("Channels", 1);
        var window = Window.Declare(builder, input, "Kernel", strideIsKernel: false, hasDilation: true);
        var groups = builder.Int("Groups", 1);
        var inputs = input.Type.Shape[1].Size;
        if (inputs % groups != 0 || channels % groups != 0)
        {
            throw builder.Error(Rules.Groups, "Groups", builder.Label, groups.ToString(CultureInfo.InvariantCulture),
                inputs.ToString(CultureInfo.InvariantCulture), channels.ToString(CultureInfo.InvariantCulture));
        }

        var places = window.Y.Outputs(input.Type.Shape[2].Size) * window.X.Outputs(input.Type.Shape[3].Size);
        var weight = Weights(builder, channels, inputs, groups, window, places);
        var attributes = window.ToAttributes().With("groups", groups);
        if (!builder.Bool("Bias"))
            return builder.AddResult(Conv.Instance, [input, weight], attributes);
        var product = builder.Add(Conv.Instance, "product", [input, weight], attributes).Result;
        var bias = builder.AddParameter("bias", [channels], ParameterInitializer.Zeros);
        return builder.AddResult(BiasAdd.Instance, [product, bias]);
    }

    private static Value Weights(LayerBuilder builder, int channels, int inputs, int groups, Window window, int places)
    {
        var taps = window.Y.Kernel * window.X.Kernel;
        ImmutableArray<Dimension> shape = [channels, inputs / groups, window.Y.Kernel, window.X.Kernel];
        if (builder.Text("Connections").Length == 0)
            return builder.AddKernel(channels, inputs / groups, window.Y.Kernel, window.X.Kernel, groups);
        if (groups > 1 || builder.IsSignal)
        {
            throw builder.Error(Rules.InvalidArgument, "Connections", builder.Label, "Connections",
                (groups > 1 ? "groups" : "signals") + " have no table of connections");
        }

        var missing = ConnectionTable.Read(builder, "Connections", inputs, channels);
        var kernels = channels * inputs - missing.Length;
        var weight = builder.AddParameter("weight", shape, ParameterInitializer.Weights,
            Math.Max(1, kernels * taps / channels), Math.Max(1, kernels * taps / inputs), unused: missing.Length * taps);
        // Each weight that is connected is used at every place of the result.
        return builder.Add(ConnectedWeights.Instance, "connected", [weight],
            LayerFacts.Reads((double)places * kernels / (channels * inputs)).With("missing", missing)).Result;
    }
}

/// <summary>y[n, o, y, x] = Σ x[n, c, s·y + d·ky − p, s·x + d·kx − p] · w[o, c, ky, kx], in groups of channels.</summary>
public sealed class Conv : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Conv Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var window = Window.From(context.Attributes);
        return [TensorType.Float(context.Shape(0)[0], context.Size(1, 0),
            window.Y.Outputs(context.Size(0, 2)), window.X.Outputs(context.Size(0, 3)))];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var a = new ConvAxes(context.Attributes, context.Shape(0), context.Shape(1), Infer(context)[0].Shape);
        return a.Expression(
            [a.N, a.Group, a.Out, a.Y, a.X], a.OutputIndex,
            [a.In, a.Ky, a.Kx],
            new ScalarRead(0, a.ReadInput, a.IsPadded ? 0 : null) * new ScalarRead(1, a.WeightIndex));
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var (x, w, dy) = (gradient.Node.Inputs[0], gradient.Node.Inputs[1], gradient.ResultGradient);
        var attributes = gradient.Node.Attributes;
        if (gradient.Needs(0))
        {
            var size = attributes.With("size", ImmutableArray.Create(x.Type.Shape[2].Size, x.Type.Shape[3].Size));
            gradient.Set(0, gradient.Add(ConvInputGradient.Instance, "input", [dy, w], size));
        }

        if (gradient.Needs(1))
            gradient.Set(1, gradient.Add(ConvWeightGradient.Instance, "weight", [x, dy], attributes));
    }
}

/// <summary>
/// ∂/∂x of <see cref="Conv"/>: the transposed convolution, which <see cref="ConvTransposeLayer"/> computes too. Inputs dy and w;
/// attribute size (height, width) of x.
/// </summary>
public sealed class ConvInputGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ConvInputGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var size = context.Attributes.Ints("size");
        return [TensorType.Float(context.Shape(0)[0], context.Size(1, 1) * context.Attributes.Int("groups"), size[0], size[1])];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var a = new ConvAxes(context.Attributes, Infer(context)[0].Shape, context.Shape(1), context.Shape(0));
        return a.Expression(
            [a.N, a.Group, a.In, a.InputY, a.InputX], a.InputIndex,
            [a.Out, a.Ky, a.Kx],
            new ScalarRead(0, a.ReadOutput, 0) * new ScalarRead(1, a.WeightIndex));
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var (y, w, dx) = (gradient.Node.Inputs[0], gradient.Node.Inputs[1], gradient.ResultGradient);
        if (gradient.Needs(0))
            gradient.Set(0, gradient.Add(Conv.Instance, "input", [dx, w], gradient.Node.Attributes));
        if (gradient.Needs(1))
            gradient.Set(1, gradient.Add(ConvWeightGradient.Instance, "weight", [dx, y], gradient.Node.Attributes));
    }
}

/// <summary>∂/∂w of <see cref="Conv"/>, summed over the batch. Inputs x and dy.</summary>
public sealed class ConvWeightGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ConvWeightGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var window = Window.From(context.Attributes);
        var inputsPerGroup = context.Size(0, 1) / context.Attributes.Int("groups");
        return [TensorType.Float(context.Size(1, 1), inputsPerGroup, window.Y.Kernel, window.X.Kernel)];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var a = new ConvAxes(context.Attributes, context.Shape(0), Infer(context)[0].Shape, context.Shape(1));
        return a.Expression(
            [a.Group, a.Out, a.In, a.Ky, a.Kx], a.WeightIndex,
            [a.N, a.Y, a.X],
            new ScalarRead(0, a.ReadInput, a.IsPadded ? 0 : null) * new ScalarRead(1, a.OutputIndex));
    }
}

/// <summary>
/// The axes of a convolution x (N, C, H, W) ∗ w (O, C/groups, KH, KW) → y (N, O, H', W') and its gradients, and the indices over
/// them.
/// </summary>
internal sealed class ConvAxes
{
    private readonly Window _window;
    private readonly int _groups;
    private readonly int _inputsPerGroup;
    private readonly int _outputsPerGroup;

    public ConvAxes(Attributes attributes, ImmutableArray<Dimension> x, ImmutableArray<Dimension> w, ImmutableArray<Dimension> y)
    {
        _window = Window.From(attributes);
        _groups = attributes.Int("groups");
        _inputsPerGroup = w[1].Size;
        _outputsPerGroup = w[0].Size / _groups;
        N = new Axis("n", x[0]);
        Group = new Axis("g", _groups);
        In = new Axis("c", _inputsPerGroup);
        Out = new Axis("o", _outputsPerGroup);
        Y = new Axis("y", y[2]);
        X = new Axis("x", y[3]);
        InputY = new Axis("iy", x[2]);
        InputX = new Axis("ix", x[3]);
        Ky = new Axis("ky", w[2]);
        Kx = new Axis("kx", w[3]);
        IsPadded = _window.Y.Before > 0 || _window.X.Before > 0
            || (y[2].Size - 1) * _window.Y.Stride + _window.Y.Extent > x[2].Size + _window.Y.Before
            || (y[3].Size - 1) * _window.X.Stride + _window.X.Extent > x[3].Size + _window.X.Before;
    }

    public Axis N { get; }

    public Axis Group { get; }

    public Axis In { get; }

    public Axis Out { get; }

    public Axis Y { get; }

    public Axis X { get; }

    public Axis InputY { get; }

    public Axis InputX { get; }

    public Axis Ky { get; }

    public Axis Kx { get; }

    public bool IsPadded { get; }

    public ImmutableArray<IndexExpression> WeightIndex =>
        [Channel(Out, _outputsPerGroup), _groups > 1 && _inputsPerGroup == 1 ? 0 : In, Ky, Kx];

    public ImmutableArray<IndexExpression> OutputIndex => [N, Channel(Out, _outputsPerGroup), Y, X];

    public ImmutableArray<IndexExpression> InputIndex => [N, Channel(In, _inputsPerGroup), InputY, InputX];

    public ImmutableArray<IndexExpression> ReadInput =>
        [N, Channel(In, _inputsPerGroup), _window.Y.Input(Y, Ky), _window.X.Input(X, Kx)];

    public ImmutableArray<IndexExpression> ReadOutput =>
        [N, Channel(Out, _outputsPerGroup), _window.Y.Output(InputY, Ky), _window.X.Output(InputX, Kx)];

    public TensorExpression Expression(
        ImmutableArray<Axis> axes, ImmutableArray<IndexExpression> target, ImmutableArray<Axis> summed, ScalarExpression product) =>
        new([new TensorDefinition(Relevant(axes), ScalarExpression.Sum(Relevant(summed), product),
            Indices: _groups == 1 ? default : target)]);

    // Without groups there is no group axis; a group of one channel (depthwise) has no channel axis.
    private ImmutableArray<Axis> Relevant(ImmutableArray<Axis> axes) =>
        _groups == 1 ? axes.Remove(Group) : [.. axes.Where(a => !((a == In || a == Out) && a.Extent.Size == 1))];

    private IndexExpression Channel(Axis channel, int perGroup)
    {
        if (_groups == 1)
            return channel;
        return channel.Extent.Size == 1 ? (IndexExpression)Group * perGroup : (IndexExpression)Group * perGroup + channel;
    }
}
