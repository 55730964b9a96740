using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Normalisation of each sample over groups of its channels (Wu and He, "Group normalization", 2018), with a gain and a bias for each
/// channel. Keras: GroupNormalization; PyTorch: GroupNorm.
/// </summary>
public sealed class GroupNormLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("GroupNorm",
        new("Groups", ArgumentKind.Int), new("Epsilon", ArgumentKind.Double, 1e-5), new("Affine", ArgumentKind.Bool, true));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        if (builder.Input.Type.Rank != 2)
            builder.RequireImage(builder.Input);
        var channels = builder.Input.Type.Shape[1].Size;
        var groups = builder.Int("Groups", 1);
        if (channels % groups != 0)
        {
            throw builder.Error(Rules.InvalidArgument, "Groups", builder.Label, "Groups",
                groups.ToString(CultureInfo.InvariantCulture) + " groups do not divide "
                + channels.ToString(CultureInfo.InvariantCulture) + " channels");
        }

        return Build(builder, groups, [channels]);
    }

    /// <summary>Adds the normalisation over groups, and a gain and a bias of a shape.</summary>
    internal static Value Build(LayerBuilder builder, int groups, ImmutableArray<Dimension> shape)
    {
        var input = builder.Input;
        var attributes = Attributes.Empty.With("groups", groups).With("epsilon", builder.Double("Epsilon", 1e-12, 1));
        var mean = builder.Add(GroupMean.Instance, "mean", [input], attributes).Result;
        var deviation = builder.Add(GroupDeviation.Instance, "deviation", [input, mean], attributes).Result;
        var isAffine = builder.Bool("Affine");
        var normalized = builder.Add(GroupNormalize.Instance, isAffine ? "normalized" : "",
            [input, Spread(mean, "means"), Spread(deviation, "deviations")], attributes).Result;
        if (!isAffine)
            return normalized;
        var scaled = builder.Add(Gain.Instance, "scaled",
            [normalized, builder.AddParameter("weight", shape, ParameterInitializer.Ones)]).Result;
        Operator shift = shape.Length == 1 ? BiasAdd.Instance : SampleBias.Instance;
        return builder.Add(shift, "", [scaled, builder.AddParameter("bias", shape, ParameterInitializer.Zeros)]).Result;

        Value Spread(Value statistic, string suffix) => GroupAxes.IsBroadcast(input.Type, groups)
            ? statistic
            : builder.Add(RepeatGroups.Instance, suffix, [statistic], RepeatGroups.Of(input.Type.Shape[1].Size)).Result;
    }
}

/// <summary>
/// Normalisation of each channel of each sample (Ulyanov et al., "Instance normalization: the missing ingredient for fast stylization",
/// 2016). PyTorch: InstanceNorm2d, which has no gain and bias by default either.
/// </summary>
public sealed class InstanceNormLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("InstanceNorm",
        new("Epsilon", ArgumentKind.Double, 1e-5), new("Affine", ArgumentKind.Bool, false));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        builder.RequireImage(builder.Input);
        var channels = builder.Input.Type.Shape[1].Size;
        return GroupNormLayer.Build(builder, channels, [channels]);
    }
}

/// <summary>
/// Normalisation of each sample over all of its elements (Ba et al., "Layer normalization", 2016), with a gain and a bias for each of
/// them; of a sequence, or anything with more extents, each place by itself. PyTorch: LayerNorm over the shape of an image, or over the
/// last extent.
/// </summary>
public sealed class LayerNormLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("LayerNorm",
        new("Epsilon", ArgumentKind.Double, 1e-5), new("Affine", ArgumentKind.Bool, true));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var type = builder.Input.Type;
        builder.RequireFeatures(builder.Input);
        return GroupNormLayer.Build(builder, 1, type.IsImage ? type.Shape.RemoveAt(0) : [type.Shape[type.FeatureDimension]]);
    }
}

/// <summary>
/// mean[n, g, 1, 1] = the mean of x[n, c, y, x] over the channels c of group g; (N, …, groups) of vectors and sequences. Attribute groups.
/// </summary>
public sealed class GroupMean : Operator
{
    /// <summary>The operator.</summary>
    public static readonly GroupMean Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [GroupAxes.Of(context).Type];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var a = GroupAxes.Of(context);
        return new([new TensorDefinition(a.Axes, a.Mean(new ScalarRead(0, a.Element)))]);
    }
}

/// <summary>r[n, g, …] = 1 / √(variance of group g + ε). Inputs x and mean; attributes groups and epsilon.</summary>
public sealed class GroupDeviation : Operator
{
    /// <summary>The operator.</summary>
    public static readonly GroupDeviation Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [GroupAxes.Of(context).Type];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var a = GroupAxes.Of(context);
        var deviation = new ScalarRead(0, a.Element) - Elementwise.Read(1, a.Axes);
        return new([new TensorDefinition(a.Axes,
            1 / ScalarExpression.Apply(UnaryFunction.Sqrt, a.Mean(deviation * deviation) + context.Attributes.Double("epsilon")))]);
    }
}

/// <summary>m[n, g, …] = the mean of a · b over group g. Inputs a and b; attribute groups.</summary>
public sealed class GroupProductMean : Operator
{
    /// <summary>The operator.</summary>
    public static readonly GroupProductMean Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [GroupAxes.Of(context).Type];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var a = GroupAxes.Of(context);
        return new([new TensorDefinition(a.Axes, a.Mean(new ScalarRead(0, a.Element) * new ScalarRead(1, a.Element)))]);
    }
}

/// <summary>y[n, g · k + j, …] = x[n, g, …] for the k channels j of each group; attribute channels.</summary>
public sealed class RepeatGroups : Operator
{
    /// <summary>The operator.</summary>
    public static readonly RepeatGroups Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(int channels) => Attributes.Empty.With("channels", channels);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(context.Shape(0).SetItem(1, context.Attributes.Int("channels")))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var inside = new Axis("k", context.Attributes.Int("channels") / context.Size(0, 1));
        return new([new TensorDefinition(axes.Insert(2, inside), Elementwise.Read(0, axes), Indices:
            [.. axes.Select((axis, d) => d == 1 ? (IndexExpression)axis * inside.Extent.Size + inside : axis)])]);
    }
}

/// <summary>
/// y = (x − mean) · r, where mean and r (1 / √(variance + ε)) are those of x itself. Inputs x, mean and r, which have a number for each
/// channel or one for all; attribute groups.
/// </summary>
/// <remarks>
/// Its gradient with respect to x contains the way through the statistics, so none flows to the inputs mean and r. With the means m over
/// the groups: dx = r · (dy − m(dy) − y · m(dy · y)).
/// </remarks>
public sealed class GroupNormalize : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly GroupNormalize Instance = new();

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var (x, r, y, dy) = (gradient.Node.Inputs[0], gradient.Node.Inputs[2], gradient.Node.Result, gradient.ResultGradient);
        var groups = gradient.Node.Attributes.Int("groups");
        var attributes = Attributes.Empty.With("groups", groups);
        var mean = Spread(gradient.Add(GroupMean.Instance, "mean", [dy], attributes), "means");
        var product = Spread(gradient.Add(GroupProductMean.Instance, "product", [dy, y], attributes), "products");
        gradient.Set(0, gradient.Add(GroupNormalizeGradient.Instance, "input", [dy, y, r, mean, product]));

        Value Spread(Value statistic, string suffix) => GroupAxes.IsBroadcast(x.Type, groups)
            ? statistic
            : gradient.Add(RepeatGroups.Instance, suffix, [statistic], RepeatGroups.Of(x.Type.Shape[1].Size));
    }

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => (x[0] - x[1]) * x[2];
}

/// <summary>dx = r · (dy − m₁ − y · m₂); see <see cref="GroupNormalize"/>. Inputs dy, y, r, m₁ and m₂.</summary>
public sealed class GroupNormalizeGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly GroupNormalizeGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        x[2] * (x[0] - x[3] - x[1] * x[4]);
}

/// <summary>The axes of the groups that a tensor's channels fall into, and of what is inside a group.</summary>
internal sealed class GroupAxes
{
    private readonly ImmutableArray<Axis> _inside;

    private GroupAxes(TensorType x, int groups)
    {
        var feature = x.FeatureDimension;
        var channels = x.Shape[feature].Size;
        Type = TensorType.Float([.. x.Shape.Select((extent, d) => d == feature ? groups : d > feature ? 1 : extent)]);
        Axes = Elementwise.AxesOf(Type);
        var channel = new Axis("k", channels / groups);
        var places = Elementwise.AxesOf(x).Skip(feature + 1).ToArray();
        // Where there is one group, or one channel in each, the channel is an axis by itself, along which vectors can run.
        IndexExpression index = groups == 1 ? channel
            : groups == channels ? Axes[feature] : (IndexExpression)Axes[feature] * channel.Extent.Size + channel;
        Element = [.. Axes.Take(feature).Select(axis => (IndexExpression)axis), index, .. places.Select(axis => (IndexExpression)axis)];
        _inside = groups == channels && places.Length > 0 && groups > 1 ? [.. places] : [channel, .. places];
    }

    /// <summary>The type of a statistic.</summary>
    public TensorType Type { get; }

    /// <summary>The axes of a statistic.</summary>
    public ImmutableArray<Axis> Axes { get; }

    /// <summary>An element inside of a group.</summary>
    public ImmutableArray<IndexExpression> Element { get; }

    /// <summary>The groups of input 0.</summary>
    public static GroupAxes Of(OperatorContext context) => new(context.Inputs[0], context.Attributes.Int("groups"));

    /// <summary>True where a statistic can stand beside its tensor as it is.</summary>
    public static bool IsBroadcast(TensorType type, int groups) => groups == 1 || groups == type.Shape[type.FeatureDimension].Size;

    /// <summary>The mean of what is inside of a group.</summary>
    public ScalarExpression Mean(ScalarExpression element) => ScalarExpression.Sum(_inside, element)
        * (1.0 / _inside.Aggregate(1.0, (product, axis) => product * axis.Extent.Size));
}
