using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops.Losses;

/// <summary>The mean of the squared differences to a target of the output's shape.</summary>
public sealed class MeanSquaredErrorLoss : LossFunction
{
    /// <inheritdoc/>
    public override TensorType TargetType(LayerBuilder builder, Value prediction) => TensorType.Float(prediction.Type.Shape);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder, Value prediction, Value target) =>
        builder.Add(MeanSquaredError.Instance, "", [prediction, target]).Result;
}

/// <summary>loss[n] = Σ (y − t)² / K over the K elements of a sample. Inputs y and t.</summary>
public sealed class MeanSquaredError : LossOperator
{
    /// <summary>The operator.</summary>
    public static readonly MeanSquaredError Instance = new();

    /// <inheritdoc/>
    protected override Operator Gradient => MeanSquaredErrorGradient.Instance;

    /// <inheritdoc/>
    protected override bool IsSymmetric => true;

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var difference = Elementwise.Read(0, axes) - Elementwise.Read(1, axes);
        return new([new TensorDefinition([axes[0]],
            ScalarExpression.Sum(axes.RemoveAt(0), difference * difference) * (1.0 / context.Inputs[0].SampleLength))]);
    }
}

/// <summary>2 (y − t) / (K · batch size), or · dy[n] / K. Inputs y, t and, in the second case, dy.</summary>
public sealed class MeanSquaredErrorGradient : LossGradientOperator
{
    /// <summary>The operator.</summary>
    public static readonly MeanSquaredErrorGradient Instance = new();

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        return new([new TensorDefinition(axes,
            (Elementwise.Read(0, axes) - Elementwise.Read(1, axes)) * (2 * Scale(context, axes[0], context.Inputs[0].SampleLength)))]);
    }
}
