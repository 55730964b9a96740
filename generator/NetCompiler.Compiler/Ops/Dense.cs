using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Fully connected layer with bias: weights (O, K), bias (O).</summary>
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
        if (input.Type.Rank != 2)
            throw builder.Error(Rules.DenseOnImage, null, builder.Label, input.Type.ToShapeText());
        var inputs = input.Type.Shape[1].Size;
        var weight = builder.AddParameter("weight", [units, inputs], ParameterInitializer.Weights, inputs, units);
        if (!builder.Bool("Bias"))
            return builder.Add(Dense.Instance, "", [input, weight]).Result;
        var product = builder.Add(Dense.Instance, "product", [input, weight]).Result;
        var bias = builder.AddParameter("bias", [units], ParameterInitializer.Zeros);
        return builder.Add(BiasAdd.Instance, "", [product, bias]).Result;
    }
}

/// <summary>
/// y[n, o] = Σ x[n, k] · w[o, k]. x is a vector (N, K), or an image (N, C, H, W), which is read as the vector that Flatten would
/// make of it: k = c·H·W + h·W + w.
/// </summary>
public sealed class Dense : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Dense Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(context.Shape(0)[0], context.Size(1, 0))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var a = new DenseAxes(context.Shape(0), context.Size(1, 0));
        return new([new TensorDefinition([a.N, a.Out],
            ScalarExpression.Sum(a.Features, new ScalarRead(0, a.InputIndex) * new ScalarRead(1, a.WeightIndex)))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var (x, w, dy) = (gradient.Node.Inputs[0], gradient.Node.Inputs[1], gradient.ResultGradient);
        if (gradient.Needs(0))
        {
            var shape = Attributes.Empty.With("shape", x.Type.SampleShape);
            gradient.Set(0, gradient.Add(DenseInputGradient.Instance, "input", [dy, w], shape));
        }

        if (gradient.Needs(1))
            gradient.Set(1, gradient.Add(DenseWeightGradient.Instance, "weight", [x, dy]));
    }
}

/// <summary>∂/∂x of <see cref="Dense"/>: dx[n, k] = Σ dy[n, o] · w[o, k]. Inputs dy and w; attribute shape of a sample of x.</summary>
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
        var a = new DenseAxes(Infer(context)[0].Shape, context.Size(1, 0));
        return new([new TensorDefinition([a.N, .. a.Features],
            ScalarExpression.Sum([a.Out], new ScalarRead(0, a.OutputIndex) * new ScalarRead(1, a.WeightIndex)))]);
    }
}

/// <summary>∂/∂w of <see cref="Dense"/>, summed over the batch: dw[o, k] = Σ x[n, k] · dy[n, o]. Inputs x and dy.</summary>
public sealed class DenseWeightGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly DenseWeightGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(context.Size(1, 1), (int)context.Inputs[0].SampleLength)];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var a = new DenseAxes(context.Shape(0), context.Size(1, 1));
        return new([new TensorDefinition([a.Out, .. a.Features],
            ScalarExpression.Sum([a.N], new ScalarRead(0, a.InputIndex) * new ScalarRead(1, a.OutputIndex)),
            Indices: a.Features.Length == 1 ? default : a.WeightIndex)]);
    }
}

/// <summary>The axes of x (N, features) · w (O, K)ᵀ and its gradients, and the indices over them.</summary>
internal sealed class DenseAxes
{
    public DenseAxes(ImmutableArray<Dimension> x, int outputs)
    {
        N = new Axis("n", x[0]);
        Out = new Axis("o", outputs);
        Features = x.Length == 2
            ? [new Axis("k", x[1])]
            : [new Axis("c", x[1]), new Axis("y", x[2]), new Axis("x", x[3])];
    }

    public Axis N { get; }

    public Axis Out { get; }

    public ImmutableArray<Axis> Features { get; }

    public ImmutableArray<IndexExpression> InputIndex => [N, .. Features.Select(a => (IndexExpression)a)];

    public ImmutableArray<IndexExpression> WeightIndex => [Out, Flatten.Linear(Features)];

    public ImmutableArray<IndexExpression> OutputIndex => [N, Out];
}
