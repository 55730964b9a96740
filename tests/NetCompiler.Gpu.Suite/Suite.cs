using System.Diagnostics;
using NetCompiler.Training;

namespace NetCompiler.Gpu;

/// <summary>Runs networks on a device: whether they compute what the processor does, and how long they take.</summary>
internal sealed class Suite(DriverDevice device, TextWriter output)
{
    /// <summary>Checks all kinds of passes; false where one differs.</summary>
    public bool Check(IReadOnlyList<Subject> subjects, IReadOnlyList<(string Name, IOptimizer Optimizer)> optimizers)
    {
        var checks = new Checks(device, output);
        foreach (var subject in subjects)
        {
            foreach (var precision in subject.Precisions)
            {
                foreach (var batch in subject.Batches)
                    checks.Predict(subject, batch, precision);
                checks.Train(subject, subject.TrainingBatch, precision);
            }
        }

        foreach (var (name, optimizer) in optimizers)
        {
            foreach (var precision in subjects[0].Precisions)
                checks.Fit(subjects[0], subjects[0].TrainingBatch, precision, name, optimizer);
        }

        output.WriteLine(FormattableString.Invariant($"{checks.Failures} checks failed"));
        return checks.Failures == 0;
    }

    /// <summary>The device's GFLOP/s in single precision.</summary>
    /// <param name="groups">Groups of threads.</param>
    /// <param name="rounds">Rounds of each.</param>
    public double MeasurePeak(int groups = 4096, int rounds = 8192)
    {
        using var driver = device.Open();
        var peak = PeakPass.Measure(driver, groups, rounds);
        output.WriteLine(FormattableString.Invariant($"peak in single precision: {peak:f0} GFLOP/s"));
        return peak;
    }

    /// <summary>Measures all passes.</summary>
    /// <param name="subjects">The networks.</param>
    /// <param name="peak">The device's GFLOP/s.</param>
    /// <param name="seconds">How long a pass is measured.</param>
    public List<Row> Measure(IReadOnlyList<Subject> subjects, double peak, double seconds)
    {
        var rows = new List<Row>();
        foreach (var subject in subjects)
        {
            foreach (var precision in subject.Precisions)
            {
                foreach (var batch in subject.Batches)
                    rows.Add(Measure(subject, batch, precision, trains: false, peak, seconds));
                rows.Add(Measure(subject, subject.TrainingBatch, precision, trains: true, peak, seconds));
            }
        }

        return rows;
    }

    private Row Measure(Subject subject, int batch, Precision precision, bool trains, double peak, double seconds)
    {
        using var network = subject.Create();
        network.On(device, precision);
        var samples = new Samples(network, batch);
        double ours;
        using (var run = new DeviceRun(network, device, samples, trains))
            ours = run.Time(seconds);
        var flops = 2.0 * network.Definition.Layers.Sum(layer => layer.MultiplyAdds) * (trains ? 3 : 1) * batch;
        return new Row(subject.Name, trains ? "train" : "predict", batch, precision, ours,
            trains ? TimeTraining(network, samples, seconds) : TimePrediction(network, samples, seconds), flops / ours / 1e3 / peak);
    }

    private static double TimePrediction(Network network, Samples samples, double seconds)
    {
        using var session = network.CreateSession(samples.Batch);
        var outputs = new float[samples.Batch * samples.Outputs];
        return Median(() => session.Predict(samples.Inputs, outputs), seconds);
    }

    private static double TimeTraining(Network network, Samples samples, double seconds)
    {
        const int Steps = 10_000;
        var options = new FitOptions { BatchSize = samples.Batch, Threads = 1, Shuffle = false };
        using var trainer = new Trainer(network, samples.ToDataset(), new Sgd(1e-6f), Steps, options);
        return Median(
            () =>
            {
                trainer.TrainStep();
                if (trainer.StepInEpoch == trainer.StepsPerEpoch)
                    trainer.FinishEpoch();
            },
            seconds);
    }

    private static double Median(Action run, double seconds)
    {
        for (var i = 0; i < 3; i++)
            run();
        var times = new List<double>();
        var begin = Stopwatch.GetTimestamp();
        do
        {
            var start = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
        while (times.Count < 5000 && Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds);
        times.Sort();
        return times[times.Count / 2];
    }
}
