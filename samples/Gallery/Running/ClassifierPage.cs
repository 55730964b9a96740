using NetCompiler;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;

namespace Gallery.Running;

/// <summary>What the pages of classifiers have in common.</summary>
internal static class ClassifierPage
{
    /// <summary>Curves, confusion matrix, worst mistakes, filters where there are some, a sample through the layers, the layers.</summary>
    /// <param name="network">The network, trained.</param>
    /// <param name="data">Its data.</param>
    /// <param name="history">How training went.</param>
    /// <param name="evaluation">How it does on the test set.</param>
    public static IEnumerable<IReportElement> Sections(Network network, DataSource data, History history, Evaluation evaluation)
    {
        yield return CurvesSection.Create(history);
        yield return ConfusionSection.Create(evaluation.Confusion!);
        yield return MistakeSection.Create(data.Test, Mistakes.FindWorst(network, data.Test, 16), data.ClassNames);
        if (network.Definition.Parameters.Any(p => p.Shape.Count == 4))
            yield return FilterSection.Create(network);
        yield return FeatureMapSection.Create(network, data.Test, 0, data.ClassNames);
        yield return NetworkSection.Create(network.Definition);
    }

    /// <summary>A set with fewer samples, where a run is a reduced one.</summary>
    /// <param name="context">The run.</param>
    /// <param name="source">The whole set.</param>
    /// <param name="train">Training samples of a reduced run.</param>
    /// <param name="test">Test samples of a reduced run.</param>
    public static DataSource Reduced(SystemContext context, DataSource source, int train = 1_000, int test = 250) => context.Quick
        ? source with
        {
            Train = source.Train.Slice(0, Math.Min(train, source.Train.Count)),
            Test = source.Test.Slice(0, Math.Min(test, source.Test.Count)),
        }
        : source;
}
