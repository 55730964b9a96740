using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// The loss of each sample as a function of what the network has predicted: what the loss adds to a prediction is then all that
/// evaluating it takes. Where a loss needs more than that, it is computed from the network's inputs.
/// </summary>
public static class ReadPredictions
{
    /// <summary>A graph from predictions and, behind them, all that a training step reads, to the loss of each sample.</summary>
    /// <param name="model">The network, which has a loss.</param>
    /// <param name="name">What the loss is called.</param>
    public static Graph Run(NetworkModel model, string name)
    {
        var graph = new Graph();
        var known = new Dictionary<Value, Value>();
        foreach (var prediction in model.TrainingPredictions)
        {
            var read = graph.AddInput($"predicted.{prediction.Name}", prediction.Value.Type);
            known[prediction.Value] = read;
            // Losses look behind the activation that makes probabilities.
            if (prediction.Value.Producer is { } producer && producer.Operator.Invert(graph, producer, read) is { } inverse
                && !known.ContainsKey(producer.Inputs[0]))
            {
                known[producer.Inputs[0]] = inverse;
            }
        }

        foreach (var input in model.TrainingInputs)
            known[input.Value] = graph.AddInput(input.Value.Name, input.Value.Type);
        return GraphRewriter.RemoveDeadNodes(ExtractOutputs.Into(graph, known, model.Graph, [(name, model.Loss!.PerSample)]));
    }
}
