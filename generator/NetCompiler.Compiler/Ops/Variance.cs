using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// The variance along axes, Σ (x − mean)² / (count − Correction). Keras: ops.var; PyTorch: var with keepdim, whose correction is 1 unless
/// given.
/// </summary>
public sealed class VarianceLayer : ReductionLayer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Variance",
        SignatureOf("Variance").Parameters[0], new SignatureParameter("Correction", ArgumentKind.Int, 0));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var axes = Axes(builder);
        var count = axes.Aggregate(1.0, (product, axis) => product * builder.Input.Type.Shape[axis].Size);
        var correction = builder.Int("Correction", 0);
        if (correction >= count)
        {
            throw builder.Error(Rules.OutOfRange, "Correction", builder.Label, "Correction", correction.ToString(CultureInfo.InvariantCulture),
                "less than the elements that are reduced, " + count.ToString(CultureInfo.InvariantCulture));
        }

        var attributes = Attributes.Empty.With("shape", Shape(builder, axes));
        var mean = builder.Add(SumTo.Instance, "mean", [builder.Input], attributes.With("scale", 1 / count)).Result;
        var deviation = builder.Add(Subtract.Instance, "deviation", [builder.Input, mean]).Result;
        var square = builder.Add(Square.Instance, "square", [deviation]).Result;
        return builder.Add(SumTo.Instance, "", [square], attributes.With("scale", 1 / (count - correction))).Result;
    }
}
