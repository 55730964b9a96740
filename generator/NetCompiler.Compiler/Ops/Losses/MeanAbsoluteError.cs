using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops.Losses;

/// <summary>The mean of the magnitudes of the differences to a target of the output's shape. Keras: MeanAbsoluteError; PyTorch: L1Loss.</summary>
public sealed class MeanAbsoluteErrorLoss : LossFunction
{
    /// <inheritdoc/>
    public override TensorType TargetType(LayerBuilder builder, Value prediction) => TensorType.Float(prediction.Type.Shape);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder, Value prediction, Value target) =>
        builder.Add(MeanAbsoluteError.Instance, "", [prediction, target]).Result;
}

/// <summary>loss[n] = Σ |y − t| / K over the K elements of a sample. Inputs y and t.</summary>
public sealed class MeanAbsoluteError : LossOperator
{
    /// <summary>The operator.</summary>
    public static readonly MeanAbsoluteError Instance = new();

    /// <inheritdoc/>
    protected override Operator Gradient => MeanAbsoluteErrorGradient.Instance;

    /// <inheritdoc/>
    protected override bool IsSymmetric => true;

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var (y, t) = (Elementwise.Read(0, axes), Elementwise.Read(1, axes));
        var loss = ScalarExpression.Apply(UnaryFunction.Abs, y - t);
        return new([new TensorDefinition([axes[0]], ScalarExpression.Sum(axes.RemoveAt(0), loss) * (1.0 / context.Inputs[0].SampleLength))]);
    }
}

/// <summary>The sign of y − t, 0 where they are equal, / (K · batch size), or · dy[n] / K. Inputs y, t and, in the second case, dy.</summary>
public sealed class MeanAbsoluteErrorGradient : LossGradientOperator
{
    /// <summary>The operator.</summary>
    public static readonly MeanAbsoluteErrorGradient Instance = new();

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var (y, t) = (Elementwise.Read(0, axes), Elementwise.Read(1, axes));
        var slope = ScalarExpression.Select(ComparisonFunction.Greater, y, t, 1,
            ScalarExpression.Select(ComparisonFunction.Less, y, t, -1, 0));
        return new([new TensorDefinition(axes, slope * Scale(context, axes[0], context.Inputs[0].SampleLength))]);
    }
}
