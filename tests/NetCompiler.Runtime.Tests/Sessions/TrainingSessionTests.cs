using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Sessions;

public class TrainingSessionTests
{
    private const int In = DenseNetwork.In;
    private const int Out = DenseNetwork.Out;

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(37)]
    public void Gradients_are_those_of_the_mean_loss(int samples)
    {
        using var network = new DenseNetwork(seed: 2);
        using var session = new TrainingSession(network, maxBatch: 40, threads: 2);
        var inputs = Numbers.Random(samples * In, 1);
        var targets = Numbers.Random(samples * Out, 2);
        var result = session.Step(inputs, targets, seed: 0);

        Assert.Equal(samples, result.Samples);
        Assert.Equal(network.Reference(inputs), session.Predictions.ToArray());
        Assert.Equal(samples, session.Losses.Length);
        Assert.Equal(Loss(network, inputs, targets), result.Loss, 1e-6);

        const float Step = 1e-2f;
        foreach (var name in new[] { "dense1.weight", "dense1.bias" })
        {
            var values = network.Parameter(name).Values;
            var gradient = session.Gradients[name].Values;
            for (var i = 0; i < values.Length; i++)
            {
                var value = values[i];
                values[i] = value + Step;
                var above = Loss(network, inputs, targets);
                values[i] = value - Step;
                var below = Loss(network, inputs, targets);
                values[i] = value;
                Assert.Equal((above - below) / (2 * Step), gradient[i], 5e-3);
            }
        }
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        using var network = new DenseNetwork(seed: 4);
        var inputs = Numbers.Random(61 * In, 3);
        var targets = Numbers.Random(61 * Out, 4);
        int[]? gradients = null;
        double? loss = null;
        for (var threads = 1; threads <= 4; threads++)
        {
            using var session = new TrainingSession(network, 64, threads);
            for (var round = 0; round < 20; round++)
            {
                var result = session.Step(inputs, targets, 0);
                gradients ??= Numbers.Bits(session.Gradients.Values);
                loss ??= result.Loss;
                Assert.Equal(gradients, Numbers.Bits(session.Gradients.Values));
                Assert.Equal(loss, result.Loss);
            }
        }
    }

    [Fact]
    public void Parameters_are_packed_in_each_step()
    {
        using var network = new DenseNetwork(seed: 4);
        using var session = new TrainingSession(network, 8);
        var inputs = Numbers.Random(8 * In);
        var targets = Numbers.Random(8 * Out);
        session.Step(inputs, targets, 0);
        network.Parameters[DenseNetwork.BiasOffset] += 1;
        session.Step(inputs, targets, 0);
        Assert.Equal(network.Reference(inputs), session.Predictions.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_step_allocates_nothing(int threads)
    {
        using var network = new DenseNetwork();
        using var session = new TrainingSession(network, 32, threads);
        var inputs = Numbers.Random(32 * In);
        var targets = Numbers.Random(32 * Out);
        session.Step(inputs, targets, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0u; i < 50; i++)
            session.Step(inputs, targets, i);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Correct_answers_are_counted_and_running_values_make_a_new_version()
    {
        using var network = new ClassifierNetwork();
        using var session = new TrainingSession(network, 4);
        var version = network.ParameterVersion;
        var result = session.Step(new byte[] { 9, 1, 1, 1, 9, 1, 1, 1, 9 }, new[] { 0, 2, 2 }, seed: 0);
        Assert.Equal(new StepResult(3, 4.0 / 3, 2), result);
        Assert.Equal(1, network.Parameters[0]);
        Assert.NotEqual(version, network.ParameterVersion);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void A_label_that_is_no_class_is_refused(int label)
    {
        using var network = new ClassifierNetwork();
        using var session = new TrainingSession(network, 4);
        var exception = Assert.Throws<ArgumentOutOfRangeException>("labels", () => session.Step(new byte[6], new[] { 0, label }, 0));
        Assert.Contains($"label of sample 1: expected 0 to 2, found {label}", exception.Message);
    }

    [Fact]
    public void Batches_that_do_not_fit_are_refused()
    {
        using var network = new DenseNetwork();
        using var session = new TrainingSession(network, 2);
        Refused("batch: expected 1 to 2 samples, found 3", () => session.Step(new float[3 * In], new float[3 * Out], 0));
        Refused("batch: expected 1 to 2 samples, found 0", () => session.Step(new float[0], new float[0], 0));
        Refused("targets: expected those of 2 samples, found 1", () => session.Step(new float[2 * In], new float[Out], 0));
        Refused("length of 'target': expected a multiple of 3", () => session.Step(new float[In], new float[Out - 1], 0));
        var exception = Assert.Throws<InvalidOperationException>(() => session.Step(new float[In], new[] { 1 }, 0));
        Assert.Contains("element type of 'target': expected Float32, found Int32", exception.Message);

        static void Refused(string message, Action step) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(step).Message);
    }

    [Fact]
    public void A_network_without_a_loss_cannot_be_trained()
    {
        using var network = new DenseNetwork(loss: null);
        var exception = Assert.Throws<InvalidOperationException>(() => new TrainingSession(network, 1));
        Assert.Contains("DenseNetwork has no loss", exception.Message);
    }

    private static double Loss(DenseNetwork network, float[] inputs, float[] targets)
    {
        var outputs = network.Reference(inputs);
        var sum = 0.0;
        for (var i = 0; i < outputs.Length; i++)
            sum += Math.Pow(outputs[i] - targets[i], 2);
        return sum / outputs.Length;
    }
}
