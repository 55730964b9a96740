using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Language;

/// <summary>A declared layer in the graph.</summary>
/// <param name="Name">Its name, unique in the network.</param>
/// <param name="Kind">Its kind in the language, "Conv".</param>
/// <param name="Index">Its index among the declaration's layers.</param>
/// <param name="Result">What it hands to the next one; the first of several results.</param>
public sealed record LayerModel(string Name, string Kind, int Index, Value Result)
{
    /// <summary>All of its results.</summary>
    public ImmutableArray<Value> Results { get; init; } = [Result];

    /// <summary>
    /// What it computes while the network predicts: its result, or that of a layer with the same weights where the prediction calls the
    /// method that it stands in. Null where it takes no part in the prediction.
    /// </summary>
    public Value? Predicted { get; init; } = Result;
}

/// <summary>A value that a pass of a network reads or computes, under the name that its users know it by.</summary>
public sealed record NamedValue(string Name, Value Value);

/// <summary>A method of a network in the graph.</summary>
/// <param name="Name">The method's name.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Inputs">What its caller hands in.</param>
/// <param name="Outputs">What it computes; the first of an objective is the number.</param>
/// <param name="Variables">What an objective's gradient is taken with respect to.</param>
public sealed record EntryModel(
    string Name, EntryKind Kind, ImmutableArray<NamedValue> Inputs, ImmutableArray<NamedValue> Outputs,
    ImmutableArray<NamedValue> Variables);

/// <summary>A declared loss in the graph.</summary>
/// <param name="Kind">The name of the one loss that it is, "CrossEntropy"; "Custom" for what a method makes of several.</param>
/// <param name="Target">What the prediction is held against; an input of the graph. Null where the loss needs none.</param>
/// <param name="PerSample">The loss of each sample, shape (N); training minimises the mean.</param>
public sealed record LossModel(string Kind, Value? Target, Value PerSample)
{
    /// <summary>What a loss that a method computes reads; default for a chain, which reads its input and the target.</summary>
    public ImmutableArray<NamedValue> Inputs { get; init; }

    /// <summary>What such a loss compares; default for a chain, which compares its prediction.</summary>
    public ImmutableArray<NamedValue> Predictions { get; init; }
}

/// <summary>A declared network as a graph: what all passes of the compiler begin with.</summary>
/// <param name="Spec">The declaration.</param>
/// <param name="Graph">Forward computation and, where a loss is declared, the loss of each sample; nothing is rewritten yet.</param>
/// <param name="Input">What the network reads; the first of several.</param>
/// <param name="Prediction">What it computes, an output of the graph; the first of several.</param>
/// <param name="Loss">The loss, or null.</param>
/// <param name="Parameters">The parameters in the order in which layers asked for them.</param>
/// <param name="Layers">The body layers in their order.</param>
public sealed record NetworkModel(
    NetworkSpec Spec, Graph Graph, Value Input, Value Prediction, LossModel? Loss,
    ImmutableArray<DeclaredParameter> Parameters, ImmutableArray<LayerModel> Layers)
{
    /// <summary>The [Forward] and [Objective] methods of a graph; empty for a chain.</summary>
    public ImmutableArray<EntryModel> Entries { get; init; } = [];

    /// <summary>All that the network reads to predict.</summary>
    public ImmutableArray<NamedValue> Inputs => Entries.IsEmpty ? [new(Input.Name, Input)] : Entries[0].Inputs;

    /// <summary>All that the network predicts.</summary>
    public ImmutableArray<NamedValue> Predictions => Entries.IsEmpty ? [new("prediction", Prediction)] : Entries[0].Outputs;

    /// <summary>All that a training step reads; the network needs a loss.</summary>
    public ImmutableArray<NamedValue> TrainingInputs =>
        Loss!.Inputs.IsDefault ? [.. Inputs, new(Loss.Target!.Name, Loss.Target)] : Loss.Inputs;

    /// <summary>All that a training step computes besides the loss; the network needs a loss.</summary>
    public ImmutableArray<NamedValue> TrainingPredictions => Loss!.Predictions.IsDefault ? Predictions : Loss.Predictions;

    /// <summary>The method that Predict runs; null for a chain.</summary>
    public EntryModel? Main => Entries.IsEmpty ? null : Entries[0];
}
