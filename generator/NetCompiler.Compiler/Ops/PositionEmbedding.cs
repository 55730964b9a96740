using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>A trained vector for each step of a sequence (T, F), added to what is there: weights (T, F).</summary>
public sealed class PositionEmbeddingLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("PositionEmbedding");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        builder.RequireSequence(builder.Input);
        var (steps, width) = (builder.Input.Type.Shape[1].Size, builder.Input.Type.Shape[2].Size);
        var weight = builder.AddParameter("weight", [steps, width], ParameterInitializer.Weights, steps, width);
        return builder.Add(SampleBias.Instance, "", [builder.Input, weight]).Result;
    }
}
