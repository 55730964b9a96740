using NetCompiler.Training.Data;

namespace NetCompiler.Training;

/// <summary>Tries a network on a data set, as often as asked.</summary>
internal sealed class Evaluator : IDisposable
{
    private readonly Network _network;
    private readonly IDataset _data;
    private readonly EvaluationSession _session;
    private readonly BatchBuffer _batch;
    private readonly Scoring _scoring;
    private readonly int[] _indices;
    private readonly int[] _order;
    private readonly int _outputLength;

    public Evaluator(Network network, IDataset data, int batchSize, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        (_network, _data) = (network, data);
        _session = new EvaluationSession(network, batchSize, threads);
        try
        {
            _batch = new BatchBuffer(network, _session.Inputs, data, batchSize);
        }
        catch
        {
            _session.Dispose();
            throw;
        }
        _scoring = new Scoring(network.Definition);
        _indices = new int[batchSize];
        _order = data is IPrefetchingDataset ? [.. Enumerable.Range(0, data.Count)] : [];
        _outputLength = network.Definition.Outputs[0].Length;
    }

    public Evaluation Run(IReadOnlyList<string>? classNames, IReadOnlyList<ClassificationMetric> metrics)
    {
        if (classNames is not null && classNames.Count != _outputLength)
        {
            throw new ArgumentException(
                $"{_network.Definition.Name} tells {_outputLength} classes apart, found {classNames.Count} names.", nameof(classNames));
        }
        var confusion = _batch.HasLabels && _session.Predicts ? new ConfusionMatrix(classNames ?? ConfusionMatrix.Numbers(_outputLength)) : null;
        if (metrics.Count > 0 && !(_batch.HasLabels && _session.Predicts))
        {
            throw new ArgumentException(
                $"{_network.Definition.Name}: metric '{metrics[0].Name}': expected a data set of class labels, found values.",
                nameof(metrics));
        }
        var tallies = metrics.Select(m => m.Begin(_outputLength)).ToArray();
        RunningMean loss = default, accuracy = default;
        (_data as IPrefetchingDataset)?.BeginPass(_order, _indices.Length, seed: null);
        for (var first = 0; first < _data.Count; first += _indices.Length)
        {
            var count = Math.Min(_indices.Length, _data.Count - first);
            for (var i = 0; i < count; i++)
                _indices[i] = first + i;
            _batch.Fill(_indices.AsSpan(0, count));
            _session.Evaluate(_batch.Buffers);
            loss.Add(_session.Losses);
            var outputs = _session.Predictions;
            _scoring.AddAccuracy(outputs, _batch, ref accuracy);
            confusion?.Add(outputs, _batch.Labels);
            foreach (var tally in tallies)
                tally.Add(outputs, _batch.Labels);
        }
        (_data as IPrefetchingDataset)?.EndPass();
        return new Evaluation(_data.Count, loss.Value, accuracy.Value, confusion)
        {
            Metrics = new MetricValues([.. metrics.Select((m, i) => KeyValuePair.Create(m.Name, tallies[i].Value))]),
        };
    }

    public void Dispose() => _session.Dispose();
}
