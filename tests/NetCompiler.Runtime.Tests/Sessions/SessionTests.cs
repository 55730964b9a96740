using System.Collections.Concurrent;
using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Sessions;

public class SessionTests
{
    private const int In = DenseNetwork.In;
    private const int Out = DenseNetwork.Out;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(33)]
    public void Any_batch_and_any_number_of_threads_give_the_same_bits(int samples)
    {
        using var network = new DenseNetwork(seed: 3);
        var inputs = Numbers.Random(samples * In);
        var expected = Numbers.Bits(network.Reference(inputs));
        for (var threads = 1; threads <= 4; threads++)
        {
            foreach (var maxBatch in new[] { 1, 8 })
            {
                using var session = network.CreateSession(maxBatch, threads);
                var outputs = new float[samples * Out];
                session.Predict(inputs, outputs);
                Assert.Equal(expected, Numbers.Bits(outputs));
            }
        }
    }

    [Fact]
    public void Outputs_may_be_longer_and_what_is_behind_stays()
    {
        using var network = new DenseNetwork();
        using var session = network.CreateSession();
        var outputs = new float[2 * Out + 1];
        outputs[^1] = 42;
        session.Predict(Numbers.Random(2 * In), outputs);
        Assert.Equal(42, outputs[^1]);
    }

    [Fact]
    public void Parameters_are_packed_once_for_each_version_and_for_all_sessions()
    {
        using var network = new DenseNetwork();
        using var first = network.CreateSession();
        using var second = network.CreateSession();
        var inputs = Numbers.Random(In);
        var outputs = new float[Out];
        for (var i = 0; i < 5; i++)
        {
            first.Predict(inputs, outputs);
            second.Predict(inputs, outputs);
        }

        Assert.Equal(1, network.Prepared);

        network.Parameter("dense1.bias")[1] = 100;
        second.Predict(inputs, outputs);
        Assert.Equal(2, network.Prepared);
        Assert.Equal(network.Reference(inputs), outputs);
        first.Predict(inputs, outputs);
        Assert.Equal(2, network.Prepared);
        Assert.Equal(network.Reference(inputs), outputs);

        network.Parameters.Fill(0.5f);
        network.ParametersChanged();
        first.Predict(inputs, outputs);
        Assert.Equal(3, network.Prepared);
        Assert.Equal(network.Reference(inputs), outputs);
    }

    [Fact]
    public void Many_threads_predict_with_one_network()
    {
        using var network = new DenseNetwork(seed: 5);
        var inputs = Numbers.Random(9 * In);
        var wrong = 0;
        for (var version = 0; version < 20; version++)
        {
            network.Parameter("dense1.bias").Fill(version);
            var expected = network.Reference(inputs);
            using var begin = new Barrier(8);
            var failures = new ConcurrentBag<Exception>();
            var threads = Enumerable.Range(0, 8).Select(i => new Thread(() =>
            {
                try
                {
                    using var session = network.CreateSession(threads: i % 3 + 1);
                    var outputs = new float[expected.Length];
                    begin.SignalAndWait();
                    for (var round = 0; round < 50; round++)
                    {
                        if (i % 2 == 0)
                            session.Predict(inputs, outputs);
                        else
                            outputs = network.Predict(inputs);
                        if (!outputs.SequenceEqual(expected))
                            Interlocked.Increment(ref wrong);
                    }
                }
                catch (Exception exception)
                {
                    failures.Add(exception);
                }
            })).ToArray();
            foreach (var thread in threads)
                thread.Start();
            foreach (var thread in threads)
                thread.Join();
            Assert.Empty(failures);
            Assert.Equal(version + 1, network.Prepared);
        }

        Assert.Equal(0, wrong);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(50, 3)]
    public void Predicting_allocates_nothing(int samples, int threads)
    {
        using var network = new DenseNetwork();
        using var session = network.CreateSession(4, threads);
        var inputs = Numbers.Random(samples * In);
        var outputs = new float[samples * Out];
        session.Predict(inputs, outputs);
        network.ParametersChanged();
        session.Predict(inputs, outputs);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            if (i % 10 == 0)
                network.ParametersChanged();
            session.Predict(inputs, outputs);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_length_that_is_no_multiple_of_a_samples_is_refused()
    {
        using var network = new DenseNetwork();
        using var session = network.CreateSession();
        var exception = Assert.Throws<ArgumentException>("samples", () => session.Predict(new float[7], new float[9]));
        Assert.Contains("DenseNetwork: length of 'x': expected a multiple of 5 (one sample is (5)), found 7", exception.Message);
    }

    [Fact]
    public void Outputs_that_are_too_short_are_refused()
    {
        using var network = new DenseNetwork();
        using var session = network.CreateSession();
        var exception = Assert.Throws<ArgumentException>("outputs", () => session.Predict(new float[2 * In], new float[5]));
        Assert.Contains("length of 'y': expected at least 6 (2 samples of (3)), found 5", exception.Message);
    }

    [Fact]
    public void Outputs_that_overlap_the_samples_are_refused()
    {
        using var network = new DenseNetwork();
        using var session = network.CreateSession();
        var values = new float[In + Out - 1];
        Assert.Throws<ArgumentException>("outputs", () => session.Predict(values.AsSpan(0, In), values.AsSpan(In - 1)));
    }

    [Fact]
    public void Bytes_and_floats_are_not_mixed_up()
    {
        using var floats = new DenseNetwork();
        using var bytes = new ClassifierNetwork();
        var exception = Assert.Throws<InvalidOperationException>(() => floats.Predict(new byte[In]));
        Assert.Contains("element type of 'x': expected Float32, found UInt8", exception.Message);
        Assert.Throws<InvalidOperationException>(() => bytes.Predict(new float[ClassifierNetwork.Classes]));
        Assert.Equal([1f, 2, 3, 255, 0, 7], bytes.Predict(new byte[] { 1, 2, 3, 255, 0, 7 }));
    }

    [Fact]
    public void A_watched_layer_keeps_its_values_of_the_last_prediction()
    {
        using var network = new DenseNetwork(seed: 8);
        using var session = network.CreateSession(maxBatch: 3, threads: 2);
        session.Watch("dense1");
        foreach (var samples in new[] { 2, 150, 1 })
        {
            var inputs = Numbers.Random(samples * In, (ulong)samples);
            var outputs = new float[samples * Out];
            session.Predict(inputs, outputs);
            Assert.Equal(network.Reference(inputs), outputs);
            Assert.Equal(network.Reference(inputs, withRelu: false), session.Value("dense1").ToArray());
        }

        session.Watch("relu1");
        Assert.Contains(
            "no value yet", Assert.Throws<InvalidOperationException>(() => session.Value("dense1").Length).Message);
        network.Parameter("dense1.bias").Fill(9);
        session.Predict(Numbers.Random(In), new float[Out]);
        Assert.Equal(network.Reference(Numbers.Random(In)), session.Value("relu1").ToArray());
    }

    [Fact]
    public void Layers_that_are_unknown_or_not_watched_are_named()
    {
        using var network = new DenseNetwork();
        using var session = network.CreateSession();
        var unknown = Assert.Throws<KeyNotFoundException>(() => session.Watch("conv1"));
        Assert.Contains("DenseNetwork has no layer 'conv1': expected one of dense1, relu1", unknown.Message);
        Assert.Throws<KeyNotFoundException>(() => session.Value("conv1").Length);
        var unwatched = Assert.Throws<InvalidOperationException>(() => session.Value("relu1").Length);
        Assert.Contains("'relu1' is not watched", unwatched.Message);
    }

    [Fact]
    public void What_is_disposed_says_so()
    {
        var network = new DenseNetwork();
        var session = network.CreateSession();
        var other = network.CreateSession();
        session.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Predict(new float[In], new float[Out]));
        other.Predict(new float[In], new float[Out]);
        network.Predict(new float[In]);
        network.Dispose();
        network.Dispose();
        Assert.Throws<ObjectDisposedException>(() => other.Predict(new float[In], new float[Out]));
        Assert.Throws<ObjectDisposedException>(() => network.Predict(new float[In]));
        Assert.Throws<ObjectDisposedException>(() => network.CreateSession());
        other.Dispose();
    }

    [Fact]
    public void Two_threads_in_one_session_are_refused()
    {
        using var network = new ReentrantNetwork();
        using var session = network.CreateSession();
        network.WhilePredicting = () => session.Predict(new float[1], new float[1]);
        var exception = Assert.Throws<InvalidOperationException>(() => session.Predict(new float[1], new float[1]));
        Assert.Contains("one thread at a time", exception.Message);
        network.WhilePredicting = () => { };
        session.Predict(new float[1], new float[1]);
    }

    [Fact]
    public void The_vector_width_is_one_that_was_compiled()
    {
        using var network = new DenseNetwork();
        network.VectorBits = 128;
        using var session = network.CreateSession();
        Assert.Equal(128, session.VectorBits);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => network.VectorBits = 64);
        Assert.Contains("expected one of (512, 256, 128), found 64", exception.Message);
    }

    private sealed class ReentrantNetwork() : Network(
        new NetworkDescription(
            nameof(ReentrantNetwork),
            [new TensorInfo("x", ElementType.Float32, [1])],
            [new TensorInfo("y", ElementType.Float32, [1])],
            [],
            [],
            null,
            [128]))
    {
        public Action WhilePredicting { get; set; } = () => { };

        protected override CompiledPass CreatePredictPass(int vectorBits) =>
            new ProbePass(ProbePass.Describe([new StepInfo(StepKind.Chunks)]), (int _, in PassArguments _) => WhilePredicting());

        protected override CompiledPass CreateInspectPass(int vectorBits) => CreatePredictPass(vectorBits);
    }
}
