using Gallery.Running;
using NetCompiler;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.FeedForward;

/// <summary>Dense layers and back-propagation on handwritten digits.</summary>
internal sealed class FeedForwardSystem : ISystem
{
    public int Number => 2;

    public string Name => "mlp";

    public string Title => "Feed-forward net";

    public string Shows =>
        "A multilayer perceptron on handwritten digits. The compiler derives back-propagation from the declaration: the gradient of each "
        + "weight is the product of what the neuron heard and what the loss says of it.";

    public SystemResult Run(SystemContext context)
    {
        var data = ClassifierPage.Reduced(context, context.Data.Digits());
        using var network = new DigitMlp(context.Seed);
        var history = network.Fit(data.Train, new AdamW(1.5e-3f), context.Size(8, 2), context.Fitting(100) with
        {
            Validation = data.Test,
            Schedule = LearningRateSchedule.Cosine(),
        });
        var evaluation = network.Evaluate(data.Test, classNames: data.ClassNames, threads: context.Threads);
        return new SystemResult(
            [new Score("accuracy", evaluation.Accuracy), new Score("parameters", network.Definition.ParameterCount, "N0")],
            [BackPropagation(network, data, context), .. ClassifierPage.Sections(network, data, history, evaluation)]);
    }

    /// <summary>The gradients of one step, held against what a small change of a weight does to the loss.</summary>
    private static ReportSection BackPropagation(DigitMlp network, DataSource data, SystemContext context)
    {
        using var session = new TrainingSession(network, maxBatch: 64, context.Threads);
        var indices = Enumerable.Range(0, 64).ToArray();
        var (samples, labels) = (new byte[64 * 784], new int[64]);
        data.Test.CopySamples(indices, samples);
        data.Test.CopyLabels(indices, labels);
        session.Step(samples, labels, seed: 1);
        float[] gradients = [.. session.Gradients.Values];
        var table = new DataTable("Weight", "By back-propagation", "By difference quotient")
        {
            Caption = "The gradient of the mean loss of 64 digits with respect to the weight of each layer that has the largest one.",
        };
        foreach (var parameter in network.Definition.Parameters.Where(p => p.Shape.Count == 2))
        {
            var largest = Enumerable.Range(parameter.Offset, parameter.Length).MaxBy(i => Math.Abs(gradients[i]));
            table.AddRow(
                Invariant($"{parameter.Name}[{(largest - parameter.Offset) / parameter.Shape[1]}, {(largest - parameter.Offset) % parameter.Shape[1]}]"),
                Invariant($"{gradients[largest]:F6}"),
                Invariant($"{Quotient(largest):F6}"));
        }
        return new ReportSection(
            "Back-propagation",
            "One backward pass gives the gradients of all weights; a difference quotient costs two forward passes for each.").Add(table);

        double Quotient(int weight)
        {
            const float Step = 1e-2f;
            return (LossAt(Step) - LossAt(-Step)) / (2 * Step);

            double LossAt(float step)
            {
                var before = network.Parameters[weight];
                network.Parameters[weight] = before + step;
                network.ParametersChanged();
                var loss = session.Step(samples, labels, seed: 1).Loss;
                network.Parameters[weight] = before;
                network.ParametersChanged();
                return loss;
            }
        }
    }
}
