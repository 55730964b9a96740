using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Language;

/// <summary>A declared layer in the graph.</summary>
/// <param name="Name">Its name, unique in the network.</param>
/// <param name="Kind">Its kind in the language, "Conv".</param>
/// <param name="Index">Its index among the declaration's layers.</param>
/// <param name="Result">What it hands to the next one.</param>
public sealed record LayerModel(string Name, string Kind, int Index, Value Result);

/// <summary>A declared loss in the graph.</summary>
/// <param name="Kind">"CrossEntropy", "MeanSquaredError" or "BinaryCrossEntropy".</param>
/// <param name="Target">What the prediction is held against; an input of the graph.</param>
/// <param name="PerSample">The loss of each sample, shape (N); training minimises the mean.</param>
public sealed record LossModel(string Kind, Value Target, Value PerSample);

/// <summary>A declared network as a graph: what all passes of the compiler begin with.</summary>
/// <param name="Spec">The declaration.</param>
/// <param name="Graph">Forward computation and, where a loss is declared, the loss of each sample; nothing is rewritten yet.</param>
/// <param name="Input">What the network reads.</param>
/// <param name="Prediction">What it computes; an output of the graph.</param>
/// <param name="Loss">The loss, or null.</param>
/// <param name="Parameters">The parameters in the order in which layers asked for them.</param>
/// <param name="Layers">The body layers in their order.</param>
public sealed record NetworkModel(
    NetworkSpec Spec, Graph Graph, Value Input, Value Prediction, LossModel? Loss,
    ImmutableArray<DeclaredParameter> Parameters, ImmutableArray<LayerModel> Layers);
