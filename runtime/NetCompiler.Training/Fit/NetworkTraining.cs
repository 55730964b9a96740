using NetCompiler.Training.Data;

namespace NetCompiler.Training;

/// <summary>Training and evaluation as methods of <see cref="Network"/>.</summary>
public static class NetworkTraining
{
    /// <summary>Trains a network.</summary>
    /// <param name="network">The network, whose parameters change.</param>
    /// <param name="train">What to learn: samples as the network's input, labels for cross-entropy, values for other losses.</param>
    /// <param name="optimizer">The rule by which parameters move.</param>
    /// <param name="epochs">How often to go through the data, 0 or more, epochs before a resumption among them.</param>
    /// <param name="options">Batch size, validation, seed, threads, progress, checkpoints; null for the defaults.</param>
    /// <returns>What the epochs brought.</returns>
    /// <exception cref="InvalidOperationException">The network has no loss.</exception>
    /// <exception cref="ArgumentException">A data set does not fit the network.</exception>
    /// <exception cref="MalformedFileException">The checkpoint to resume from is damaged, or of another network or run.</exception>
    /// <exception cref="NonFiniteException">A loss, a gradient or a parameter was NaN or infinite; the message names the layer.</exception>
    /// <exception cref="OperationCanceledException">The options' token said so.</exception>
    public static History Fit(this Network network, IDataset train, IOptimizer optimizer, int epochs, FitOptions? options = null)
    {
        using var trainer = new Trainer(network, train, optimizer, epochs, options);
        return trainer.Run();
    }

    /// <summary>Tries a network on a data set.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">Samples as the network's input, with labels or values.</param>
    /// <param name="batchSize">Samples predicted at a time, at least 1.</param>
    /// <param name="threads">Threads that share the work; null for as many as there are processors.</param>
    /// <param name="classNames">What the confusion matrix calls the classes; null for numbers.</param>
    /// <param name="metrics">What is measured beside loss and accuracy; null for nothing.</param>
    /// <exception cref="ArgumentException">The data set does not fit the network, or has no class labels for a metric.</exception>
    public static Evaluation Evaluate(
        this Network network, IDataset data, int batchSize = 256, int? threads = null, IReadOnlyList<string>? classNames = null,
        IReadOnlyList<ClassificationMetric>? metrics = null)
    {
        using var evaluator = new Evaluator(network, data, batchSize, threads ?? Environment.ProcessorCount);
        return evaluator.Run(classNames, metrics ?? []);
    }
}
