using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops.Losses;

/// <summary>
/// A loss of the language: how what a network computes and a target become the loss of each sample. Losses have no state and are
/// found by their type, one file each.
/// </summary>
public abstract class LossFunction
{
    /// <summary>Its name in the language.</summary>
    public virtual string Kind => GetType().Name.Replace("Loss", "");

    /// <summary>What it takes besides prediction and target. A name means the same in all losses.</summary>
    public virtual ImmutableArray<SignatureParameter> Parameters => [];

    /// <summary>True where a target other than <see cref="TargetType"/> suits the loss too.</summary>
    public virtual bool Accepts(LayerBuilder builder, Value prediction, TensorType target) => target.Equals(TargetType(builder, prediction));

    /// <summary>What the target of a prediction looks like; complains where the loss does not suit it.</summary>
    public abstract TensorType TargetType(LayerBuilder builder, Value prediction);

    /// <summary>Adds the loss of each sample to the graph.</summary>
    public abstract Value Build(LayerBuilder builder, Value prediction, Value target);

    /// <summary>The exception that says that the network's output does not suit the loss.</summary>
    protected NetworkException Mismatch(LayerBuilder builder, string needs, Value prediction) =>
        builder.Error(Rules.LossMismatch, "Kind", Kind, needs, prediction.Producer is { } producer
            ? $"{producer.Operator.Name} of {prediction.Type.ToShapeText()}"
            : prediction.Type.ToShapeText());
}
