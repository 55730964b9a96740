using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Fully connected layer with bias: weights (O, K), bias (O). Of a sequence, or anything with more extents, each place by itself: it
/// is the last extent that is multiplied, as in Keras and in PyTorch's Linear.
/// </summary>
public sealed class DenseLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Dense",
        new("Units", ArgumentKind.Int), new("Bias", ArgumentKind.Bool, true));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        var units = builder.Int("Units", 1);
        if (input.Type.IsImage)
            throw builder.Error(Rules.DenseOnImage, null, builder.Label, input.Type.ToShapeText());
        builder.RequireFeatures(input);
        var inputs = input.Type.Shape[input.Type.FeatureDimension].Size;
        var weight = builder.AddParameter("weight", [units, inputs], ParameterInitializer.Weights, inputs, units);
        if (!builder.Bool("Bias"))
            return builder.Add(Dense.Instance, "", [input, weight]).Result;
        var product = builder.Add(Dense.Instance, "product", [input, weight]).Result;
        var bias = builder.AddParameter("bias", [units], ParameterInitializer.Zeros);
        return builder.Add(BiasAdd.Instance, "", [product, bias]).Result;
    }
}

/// <summary>
/// y[n, …, o] = Σ x[n, …, k] · w[o, k], over the last extent of x. The attribute features says of how many extents k is made: an image
/// (N, C, H, W), by default, is read as the vector that Flatten would make of it, k = c·H·W + h·W + w; so is what has features of all of
/// its extents.
/// </summary>
public sealed class Dense : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Dense Instance = new();

    /// <summary>The attributes of one that reads a tensor as the vector that Flatten would make of it.</summary>
    public static Attributes Flattened(TensorType x) => Attributes.Empty.With("features", x.Rank - 1);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float([.. context.Shape(0).Take(context.Shape(0).Length - Features(context)), context.Size(1, 0)])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var a = new DenseAxes(context.Shape(0), context.Size(1, 0), Features(context));
        return new([new TensorDefinition([.. a.Places, a.Out],
            ScalarExpression.Sum(a.Features, new ScalarRead(0, a.InputIndex) * new ScalarRead(1, a.WeightIndex)))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var (x, w, dy) = (gradient.Node.Inputs[0], gradient.Node.Inputs[1], gradient.ResultGradient);
        var attributes = gradient.Node.Attributes;
        if (gradient.Needs(0))
        {
            var shape = attributes.With("shape", x.Type.SampleShape);
            gradient.Set(0, gradient.Add(DenseInputGradient.Instance, "input", [dy, w], shape));
        }

        if (gradient.Needs(1))
            gradient.Set(1, gradient.Add(DenseWeightGradient.Instance, "weight", [x, dy], attributes));
    }

    private static int Features(OperatorContext context) => DenseAxes.FeaturesOf(context.Attributes, context.Inputs[0]);
}

/// <summary>
/// ∂/∂x of <see cref="Dense"/>: dx[n, …, k] = Σ dy[n, …, o] · w[o, k]. Inputs dy and w; attributes of Dense, and shape of a sample of x.
/// </summary>
public sealed class DenseInputGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly DenseInputGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float([context.Shape(0)[0], .. context.Attributes.Ints("shape").Select(size => (Dimension)size)])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var type = Infer(context)[0];
        var a = new DenseAxes(type.Shape, context.Size(1, 0), DenseAxes.FeaturesOf(context.Attributes, type));
        return new([new TensorDefinition([.. a.Places, .. a.Features],
            ScalarExpression.Sum([a.Out], new ScalarRead(0, a.OutputIndex) * new ScalarRead(1, a.WeightIndex)))]);
    }
}

/// <summary>
/// ∂/∂w of <see cref="Dense"/>, summed over the batch and all places: dw[o, k] = Σ x[n, …, k] · dy[n, …, o]. Inputs x and dy; attributes
/// of Dense.
/// </summary>
public sealed class DenseWeightGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly DenseWeightGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(Outputs(context), Axes(context).Features.Aggregate(1, (product, axis) => product * axis.Extent.Size))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var a = Axes(context);
        return new([new TensorDefinition([a.Out, .. a.Features],
            ScalarExpression.Sum(a.Places, new ScalarRead(0, a.InputIndex) * new ScalarRead(1, a.OutputIndex)),
            Indices: a.Features.Length == 1 ? default : a.WeightIndex)]);
    }

    private static int Outputs(OperatorContext context) => context.Shape(1)[context.Shape(1).Length - 1].Size;

    private static DenseAxes Axes(OperatorContext context) =>
        new(context.Shape(0), Outputs(context), DenseAxes.FeaturesOf(context.Attributes, context.Inputs[0]));
}

/// <summary>The axes of x (N, …, features) · w (O, K)ᵀ and its gradients, and the indices over them.</summary>
internal sealed class DenseAxes
{
    public DenseAxes(ImmutableArray<Dimension> x, int outputs, int features)
    {
        var axes = Elementwise.AxesOf(TensorType.Float(x));
        Places = axes.RemoveRange(axes.Length - features, features);
        Features = features == 1 ? [new Axis("k", x[x.Length - 1])] : axes.RemoveRange(0, Places.Length);
        Out = new Axis("o", outputs);
    }

    // The batch, and what is between it and the features.
    public ImmutableArray<Axis> Places { get; }

    public Axis Out { get; }

    public ImmutableArray<Axis> Features { get; }

    public ImmutableArray<IndexExpression> InputIndex => [.. Places.Concat(Features).Select(a => (IndexExpression)a)];

    public ImmutableArray<IndexExpression> WeightIndex => [Out, Flatten.Linear(Features)];

    public ImmutableArray<IndexExpression> OutputIndex => [.. Places.Append(Out).Select(a => (IndexExpression)a)];

    /// <summary>Of how many extents of x a row of weights is made.</summary>
    public static int FeaturesOf(Attributes attributes, TensorType x) => attributes.Int("features", x.IsImage ? x.Rank - 1 : 1);
}
