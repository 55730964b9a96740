using BenchmarkDotNet.Attributes;
using NetCompiler.Benchmarks.Compare;

namespace NetCompiler.Benchmarks;

/// <summary>Few layers at a time: time of a prediction and of a training step, and what they allocate, which is nothing.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    private const int TrainingBatch = 4;

    private Network _network = null!;
    private Session _session = null!;
    private TrainingSession _training = null!;
    private float[] _inputs = [];
    private float[] _outputs = [];
    private int[] _labels = [];

    /// <summary>Which layers.</summary>
    [Params("conv56", "conv28", "conv14", "lenet", "course")]
    public string Layers { get; set; } = "";

    /// <summary>Makes sessions.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _network = Subject.All.Single(subject => subject.Name == Layers).Create();
        _session = _network.CreateSession();
        _training = new TrainingSession(_network, TrainingBatch);
        var random = new Random(1);
        _inputs = new float[TrainingBatch * _network.Definition.Inputs[0].Length];
        for (var i = 0; i < _inputs.Length; i++)
            _inputs[i] = (float)random.NextDouble();
        _outputs = new float[_network.Definition.Outputs[0].Length];
        _labels = new int[TrainingBatch];
    }

    /// <summary>A prediction of one sample.</summary>
    [Benchmark]
    public void Predict() => _session.Predict(_inputs.AsSpan(0, _inputs.Length / TrainingBatch), _outputs);

    /// <summary>Losses and gradients of a few samples.</summary>
    [Benchmark]
    public void Train() => _training.Step(_inputs, _labels, 1);

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _session.Dispose();
        _training.Dispose();
        _network.Dispose();
    }
}
