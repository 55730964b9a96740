using NetCompiler.Training;

namespace NetCompiler.Gpu;

/// <summary>Holds what a device computes against what the processor does: predictions, gradients, and what training makes of parameters.</summary>
internal sealed class Checks(Device device, TextWriter output)
{
    /// <summary>How many checks have failed.</summary>
    public int Failures { get; private set; }

    /// <summary>The optimisers, one for each kernel.</summary>
    public static IReadOnlyList<(string Name, IOptimizer Optimizer)> Optimizers { get; } =
    [
        ("sgd", new Sgd(0.01f)),
        ("momentum", new Sgd(0.01f, momentum: 0.9f)),
        ("nesterov", new Sgd(0.01f, momentum: 0.9f, nesterov: true)),
        ("adam", new Adam()),
        ("adamw", new AdamW()),
        ("adagrad", new Adagrad()),
        ("rmsprop", new RmsProp(1e-3f)),
        ("rmsprop with momentum", new RmsProp(1e-3f, momentum: 0.9f)),
        ("centred rmsprop", new RmsProp(1e-3f, centered: true)),
        ("centred rmsprop with momentum", new RmsProp(1e-3f, momentum: 0.9f, centered: true)),
    ];

    /// <summary>Predictions.</summary>
    public void Predict(Subject subject, int batch, Precision precision) => Check(
        $"{subject.Name} predict {batch}", precision, t => t.Prediction, () =>
    {
        using var network = subject.Create();
        var samples = new Samples(network, batch);
        return Error(Predict(Device.Cpu), Predict(device));

        float[] Predict(Device where)
        {
            using var session = network.On(where, precision).CreateSession(batch);
            var outputs = new float[batch * samples.Outputs];
            session.Predict(samples.Inputs, outputs);
            return outputs;
        }
    });

    /// <summary>Losses and gradients.</summary>
    public void Train(Subject subject, int batch, Precision precision) => Check(
        $"{subject.Name} train {batch}", precision, t => subject.IsDeep ? t.DeepGradient : t.Gradient, () =>
    {
        using var network = subject.Create();
        var samples = new Samples(network, batch);
        var (expected, actual) = (Step(Device.Cpu), Step(device));
        return Math.Max(Error(expected.Losses, actual.Losses), Error(expected.Gradients, actual.Gradients));

        (float[] Losses, float[] Gradients) Step(Device where)
        {
            using var session = new TrainingSession(network.On(where, precision), batch);
            session.Step(samples.Inputs, samples.Labels, seed: 1);
            return (session.Losses.ToArray(), session.Gradients.Values.ToArray());
        }
    });

    /// <summary>Some steps of an optimiser.</summary>
    public void Fit(Subject subject, int batch, Precision precision, string name, IOptimizer optimizer) => Check(
        $"{subject.Name} fit {batch}, {name}", precision, t => t.Training, () =>
        {
            using var initial = subject.Create();
            return MovementError(initial.Parameters.ToArray(), Fit(Device.Cpu), Fit(device));

            float[] Fit(Device where)
            {
                using var network = subject.Create();
                var options = new FitOptions { BatchSize = batch, Threads = 1, GradientClipping = GradientClipping.ByNorm(1f) };
                network.On(where, precision).Fit(new Samples(network, 3 * batch).ToDataset(), optimizer, 1, options);
                return network.Parameters.ToArray();
            }
        });

    /// <summary>The largest difference, of the largest value.</summary>
    public static double Error(float[] expected, float[] actual)
    {
        var (difference, largest) = (0.0, 1e-30);
        for (var i = 0; i < expected.Length; i++)
        {
            var error = Math.Abs((double)expected[i] - actual[i]);
            if (!double.IsFinite(error))
                return double.PositiveInfinity;
            difference = Math.Max(difference, error);
            largest = Math.Max(largest, Math.Abs((double)expected[i]));
        }

        return difference / largest;
    }

    /// <summary>
    /// The difference of two ends, of the way to the expected one: lengths, since where a gradient is noise, single parameters of Adam's go
    /// either way.
    /// </summary>
    public static double MovementError(float[] before, float[] expected, float[] actual)
    {
        var (difference, moved) = (0.0, 0.0);
        for (var i = 0; i < before.Length; i++)
        {
            difference += Math.Pow((double)expected[i] - actual[i], 2);
            moved += Math.Pow((double)expected[i] - before[i], 2);
        }

        var error = Math.Sqrt(difference / moved);
        return double.IsFinite(error) ? error : double.PositiveInfinity;
    }

    private void Check(string what, Precision precision, Func<Tolerances, double> choose, Func<double> error)
    {
        var tolerance = choose(Tolerances.Of(precision));
        what += precision == Precision.Default ? "" : $" {Row.NameOf(precision)}";
        try
        {
            var found = error();
            if (!(found <= tolerance))
                Failures++;
            output.WriteLine(FormattableString.Invariant($"{(found <= tolerance ? "ok    " : "FAILED")} {what}: {found:e1}"));
        }
        catch (DeviceException exception)
        {
            Failures++;
            output.WriteLine($"FAILED {what}: {exception.Message}");
        }
    }
}
