using NetCompiler.Benchmarks.Peers;
using NetCompiler.Training;

namespace NetCompiler.Benchmarks.Compare;

/// <summary>This library, run as its users run it: a session, or a training session with an optimiser.</summary>
internal sealed class OurRun : TimedRun
{
    private readonly PeerTask _task;
    private readonly Session? _session;
    private readonly TrainingSession? _training;
    private readonly Sgd _optimizer = new(1e-6f);
    private readonly float[] _outputs;

    /// <summary>Makes a run ready.</summary>
    public OurRun(PeerTask task)
    {
        _task = task;
        _outputs = new float[task.Batch * task.Network.Definition.Outputs[0].Length];
        if (task.IsTraining)
            _training = new TrainingSession(task.Network, task.Batch, task.Threads);
        else
            _session = task.Network.CreateSession(task.Batch, task.Threads);
    }

    /// <summary>Predictions, or the gradients of all parameters one behind the other.</summary>
    public float[] Compute()
    {
        if (_training is null)
        {
            _session!.Predict(_task.Inputs, _outputs);
            return _outputs;
        }

        _training.Step(_task.Inputs, _task.Labels, seed: 1);
        var gradients = _training.Gradients;
        return [.. Enumerable.Range(0, _task.Network.Definition.Parameters.Count).SelectMany(i => gradients[i].Values.ToArray())];
    }

    /// <summary>What its stages take.</summary>
    public string Profile() => (_session?.Profile() ?? _training!.Profile()).ToString()!;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _session?.Dispose();
        _training?.Dispose();
    }

    /// <inheritdoc/>
    protected override void RunOnce()
    {
        if (_training is null)
        {
            _session!.Predict(_task.Inputs, _outputs);
            return;
        }

        _training.Step(_task.Inputs, _task.Labels, seed: 1);
        _optimizer.Update(_task.Network.Parameters, _training.Gradients.Values, new OptimizerSlots([], _task.Network.Parameters.Length),
            _optimizer.LearningRate, 1);
        _task.Network.ParametersChanged();
    }
}
