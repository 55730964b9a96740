using System.Collections.Immutable;
using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Stages;
using NetCompiler.Compiler.Tests.Recurrent;
using NetCompiler.Compiler.Tests.Reference;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>What is the same whatever happens around it: texts, bits, and what the kernels' interpreter makes of the kernels.</summary>
public sealed class ExecutionTests
{
    private const int Seed = 20250407;
    private static readonly int[] s_widths = [512, 256, 128];

    private static NetworkCase Case(string name, int seed, int chunk, int width, Func<Random, IEnumerable<LayerSpec>>? series = null) =>
        LayerCases.Of(series ?? LayerCases.Block, name, seed, [width], PassOptions.Default with { ChunkSize = chunk });

    private static CaseNumbers Numbers(NetworkCase @case) => CaseNumbers.Find(@case.Model, @case.Batch, @case.Seed, CaseRunner.CallSeed)
        ?? throw new InvalidOperationException($"Ties in all attempts: {@case}");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheSameNetworkGivesTheSameText(int number)
    {
        string[] Emit()
        {
            var @case = Case("Same", Seed + number, 0, 512, LayerCases.Chain) with { Widths = s_widths };
            return [.. EmittedNetworks.Sources(@case, EmittedNetworks.Programs(@case))];
        }

        Assert.Equal(Emit(), Emit());
    }

    [Fact]
    public void BitsDoNotDependOnThreads()
    {
        // Chunks of two: more of them than lanes, so that lanes are used again.
        var cases = s_widths.Select((width, i) =>
            Case($"Threads{width}", Seed + 10 + i, 2, width, LayerCases.Tail) with { Batch = 37 }).ToList();
        var networks = EmittedNetworks.Compile(cases.SelectMany(c => EmittedNetworks.Sources(c, EmittedNetworks.Programs(c))));
        foreach (var @case in cases)
        {
            var numbers = Numbers(@case);
            using var network = networks.Create(@case.Model.Spec);
            float[]? expected = null;
            foreach (var threads in new[] { 1, 2, 3 })
            {
                CaseRunner.SetParameters(network, numbers);
                using var training = new TrainingSession(network, @case.Batch, threads);
                CaseRunner.Step(@case, training, numbers, 0, @case.Batch);
                float[] actual =
                [
                    .. training.Gradients.Values, .. training.Predictions, .. training.Losses,
                    .. network.Parameters, .. Predict(@case, network, numbers, threads),
                ];
                expected ??= actual;
                Assert.True(actual.AsSpan().SequenceEqual(expected), $"{threads} threads change bits of {@case}");
            }
        }
    }

    [Fact]
    public void ThreadsShareTheLaunchesOfOneSampleAndBitsDoNotDependOnThem()
    {
        // A halo, a convolution by rows with some left over, a pooling by rows, a dense layer by its outputs: each large enough to be shared.
        var model = Chains.Build(
            Chains.Image(16, 40, 38), Chains.Layer("Conv", ("Channels", 20), ("Kernel", Chains.Pair(3, 3)), ("Padding", Chains.Pair(1, 1))),
            Chains.Layer("Tanh"),
            Chains.Layer("AveragePool", ("Window", Chains.Pair(3, 3)), ("Stride", Chains.Pair(2, 2)), ("Padding", Chains.Pair(1, 1))),
            Chains.Layer("Flatten"), Chains.Layer("Dense", ("Units", 300)), Chains.Layer("Dense", ("Units", 5)), Chains.Layer("Softmax"),
            Chains.Layer("Loss", ("Kind", "CrossEntropy")));
        var @case = new NetworkCase(model, 1, Seed, s_widths, PassOptions.Default with { ForcedCandidate = "direct" });
        var programs = EmittedNetworks.Programs(@case);
        Assert.All(programs.Where(p => p.Kind == PassKind.Predict), program => Assert.Superset(
            new HashSet<string>(["conv1", "averagepool1", "dense1"]),
            program.Steps.Where(s => s.HasTeam).SelectMany(s => s.Launches).Where(l => l.Launch.IsShared)
                .Select(l => l.Stage.Stage.Name).ToHashSet()));
        var failures = CaseBatch.Run([@case], new Coverage());
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
        AssertThreadsChangeNoBits(@case, programs);
    }

    [Theory]
    [InlineData(16, 60, true)]
    [InlineData(128, 22, false)]
    public void ThreadsShareTheBlocksOfWinogradsTilesOrWhatIsDoneWithOne(int channels, int size, bool byBlocks)
    {
        var model = Chains.Build(
            Chains.Image(channels, size, size),
            Chains.Layer("Conv", ("Channels", channels), ("Kernel", Chains.Pair(3, 3)), ("Padding", Chains.Pair(1, 1))), Chains.Layer("Tanh"),
            Chains.Layer("Conv", ("Channels", channels), ("Kernel", Chains.Pair(3, 3)), ("Padding", Chains.Pair(1, 1))),
            Chains.Layer("GlobalAveragePool"), Chains.Layer("Dense", ("Units", 5)), Chains.Layer("Softmax"),
            Chains.Layer("Loss", ("Kind", "CrossEntropy")));
        var @case = new NetworkCase(model, 1, Seed, s_widths, PassOptions.Default with { ForcedCandidate = "winograd-4x4", ChunkSize = 1 });
        var programs = EmittedNetworks.Programs(@case);
        Assert.All(programs.Where(p => p.Kind == PassKind.Predict), program =>
        {
            var launches = program.Steps.Where(s => s.HasTeam).SelectMany(s => s.Launches).Where(l => l.Stage.Stage.Name == "conv2").ToList();
            Assert.Contains(launches, launch => launch.Launch.IsShared);
            if (program.Target.VectorBits == 256)
                Assert.Equal(byBlocks, launches[0].Stage.Plan.Buffers.Any(buffer => buffer.Lifetime == BufferLifetime.Own));
        });
        AssertThreadsChangeNoBits(@case, programs);
    }

    [Fact]
    public void ThreadsShareTheChannelsOfASampleWhoseTilesAreOneBlock()
    {
        // Blocks of channels that are alike, and a last one that has fewer vectors and a narrower one.
        var model = Chains.Build(
            Chains.Image(4, 14, 13), Chains.Layer("Conv", ("Channels", 64), ("Kernel", Chains.Pair(3, 3))), Chains.Layer("Tanh"),
            Chains.Layer("Conv", ("Channels", 72), ("Kernel", Chains.Pair(3, 3))),
            Chains.Layer("AveragePool", ("Window", Chains.Pair(2, 2)), ("Stride", Chains.Pair(2, 2))),
            Chains.Layer("Flatten"), Chains.Layer("Dense", ("Units", 5)), Chains.Layer("Softmax"),
            Chains.Layer("Loss", ("Kind", "CrossEntropy")));
        foreach (var batch in new[] { 1, 7 })
        {
            var @case = new NetworkCase(model, batch, Seed, s_widths, PassOptions.Default with { ForcedCandidate = "winograd-4x4", ChunkSize = 8 });
            var programs = EmittedNetworks.Programs(@case);
            var shapes = programs.Where(p => p.Kind == PassKind.Predict).Select(program =>
            {
                var launch = Assert.Single(program.Steps.Where(s => s.HasTeam).SelectMany(s => s.Launches), l => l.Stage.Stage.Name == "conv2");
                var shape = Assert.IsType<WinogradShape>(launch.Stage.Candidate.Schedule);
                Assert.Equal(shape.Blocks.Count, launch.Launch.Rounds);
                return shape;
            }).ToList();
            Assert.Contains(shapes, shape => shape.Blocks.Alike == shape.Blocks.Count);
            Assert.Contains(shapes, shape => shape.Blocks.Alike < shape.Blocks.Count);
            var failures = CaseBatch.Run([@case], new Coverage());
            Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
            AssertThreadsChangeNoBits(@case, programs);
        }
    }

    [Fact]
    public void ThreadsHaveAsManyChannelsEachOfASampleWithMuchWork()
    {
        var model = Chains.Build(
            Chains.Image(128, 16, 15),
            Chains.Layer("Conv", ("Channels", 128), ("Kernel", Chains.Pair(3, 3)), ("Padding", Chains.Pair(1, 1))), Chains.Layer("Tanh"),
            Chains.Layer("Conv", ("Channels", 128), ("Kernel", Chains.Pair(3, 3)), ("Padding", Chains.Pair(1, 1))),
            Chains.Layer("GlobalAveragePool"), Chains.Layer("Dense", ("Units", 5)), Chains.Layer("Softmax"),
            Chains.Layer("Loss", ("Kind", "CrossEntropy")));
        var @case = new NetworkCase(model, 1, Seed, s_widths, PassOptions.Default with { ForcedCandidate = "winograd-4x4", ChunkSize = 1 });
        var programs = EmittedNetworks.Programs(@case);
        Assert.All(programs.Where(p => p.Kind == PassKind.Predict && p.Target.VectorBits == 512), program =>
        {
            var step = Assert.Single(program.Steps, s => s.HasTeam);
            Assert.False(step.IsBrief);
            var launch = Assert.Single(step.Launches, l => l.Stage.Candidate.Schedule is WinogradShape);
            // With blocks of 48, 48 and 32 channels, which are as good for one thread, one of two would have two thirds of the work.
            Assert.True(step.Shares(launch.Launch));
            var shape = (WinogradShape)launch.Stage.Candidate.Schedule!;
            Assert.Equal((16, 0), (shape.BlockTiles, launch.Launch.Rounds % 2));
            Assert.Equal(128, launch.Launch.Rounds * shape.Blocks.Stride);
        });
        AssertThreadsChangeNoBits(@case, programs);
    }

    [Fact]
    public void ThreadsShareTheCopyOfAnImagesPhasesAndItsTiles()
    {
        var model = Chains.Build(
            Chains.Image(3, 110, 101),
            Chains.Layer("Conv", ("Channels", 64), ("Kernel", Chains.Pair(7, 7)), ("Stride", Chains.Pair(2, 2)), ("Padding", Chains.Pair(3, 3))),
            Chains.Layer("Tanh"), Chains.Layer("GlobalAveragePool"), Chains.Layer("Loss", ("Kind", "MeanSquaredError")));
        var @case = new NetworkCase(model, 1, Seed, s_widths, PassOptions.Default with { ChunkSize = 1 });
        var programs = EmittedNetworks.Programs(@case);
        Assert.All(programs.Where(p => p.Kind == PassKind.Predict), program =>
        {
            var step = Assert.Single(program.Steps, s => s.HasTeam);
            var launches = step.Launches.Where(l => l.Stage.Candidate.Schedule is WinogradShape { Phases: not null }).ToList();
            Assert.Equal(2, launches.Count);
            Assert.All(launches, launch => Assert.True(step.Shares(launch.Launch)));
            // Shares end where register tiles do, of which a block has several.
            var shape = (WinogradShape)launches[1].Stage.Candidate.Schedule!;
            Assert.True(shape.BlockCount < launches[1].Launch.Rounds);
            Assert.InRange(launches[1].Launch.Rounds * shape.Rows, shape.Tiles.Count, shape.Tiles.Count + shape.Rows - 1);
        });
        AssertThreadsChangeNoBits(@case, programs);
    }

    [Fact]
    public void PartsOfRowsOfWhichATileHasSeveralStayInside()
    {
        // Tiles of two rows and one row left over: a part begins at a whole number of them.
        var model = Chains.Build(
            Chains.Image(17, 13, 3), Chains.Layer("Conv", ("Channels", 50), ("Kernel", Chains.Pair(2, 2)), ("Padding", Chains.Pair(-1, -1))),
            Chains.Layer("Tanh"), Chains.Layer("Conv", ("Channels", 50), ("Kernel", Chains.Pair(2, 2)), ("Padding", Chains.Pair(-1, -1))),
            Chains.Layer("Tanh"), Chains.Layer("Flatten"), Chains.Layer("Dense", ("Units", 3)), Chains.Layer("Loss", ("Kind", "MeanSquaredError")));
        var @case = new NetworkCase(model, 2, Seed, s_widths, PassOptions.Default with { ForcedCandidate = "direct", ChunkSize = 2 });
        var programs = EmittedNetworks.Programs(@case);
        Assert.Contains(programs.SelectMany(p => p.Stages), s => s.Candidate.Schedule is ContractionSchedule schedule
            && schedule.Loops.Any(l => l is { Axis.Name: "y", Tile: > 1 } && l.Steps % l.Tile > 0) && s.Plan.Launches.Any(l => l.IsShared));
        var failures = CaseBatch.Run([@case], new Coverage());
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    [Fact]
    public void ThreadsShareTheCoursesNetwork()
    {
        var @case = new NetworkCase(Chains.Build(Chains.Course), 1, Seed, s_widths, PassOptions.Default);
        var programs = EmittedNetworks.Programs(@case);
        var predict = programs.Single(p => p is { Kind: PassKind.Predict, Target.VectorBits: 512 });
        Assert.Equal(["conv1", "conv2", "dense1"], predict.Steps.Where(s => s.IsBrief)
            .SelectMany(s => s.Launches.Where(l => s.Shares(l.Launch))).Select(l => l.Stage.Stage.Name));
        AssertThreadsChangeNoBits(@case, programs);
    }

    [Theory]
    [InlineData("Lstm")]
    [InlineData("Gru")]
    public void ThreadsShareTheStepsOfARecurrentLayerWhoseWeightsNoCacheHolds(string kind)
    {
        // More weights than the second-level cache of cores with 256 bits holds. Every other step goes through them from the end.
        var model = RecurrentNetworks.Of($"Shared{kind}", kind, steps: 5, features: 6, units: 250, layers: 2);
        var @case = new NetworkCase(model, 1, Seed, s_widths, PassOptions.Default);
        var programs = EmittedNetworks.Programs(@case);
        var predict = programs.Single(p => p is { Kind: PassKind.Predict, Target.VectorBits: 256 });
        foreach (var layer in new[] { "1", "2" })
        {
            Assert.Contains(predict.Steps.Where(s => s.HasTeam).SelectMany(s => s.Launches),
                launch => launch.Launch is { IsShared: true, Loop.Rounds: 5 } && launch.Stage.Stage.Name == kind.ToLowerInvariant() + layer
                    && launch.Launch.Arguments.Contains(new LaunchArgument.OfNumber(LaunchNumber.Round)));
        }

        var failures = CaseBatch.Run([@case], new Coverage());
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
        AssertThreadsChangeNoBits(@case, programs);
    }

    [Fact]
    public void NothingIsAllocatedPerCall()
    {
        var cases = s_widths
            .Select((width, i) => Case($"Allocations{width}", Seed + 30 + i, 2, width, LayerCases.Tail) with { Batch = 9 }).ToList();
        var networks = EmittedNetworks.Compile(cases.SelectMany(c => EmittedNetworks.Sources(c, EmittedNetworks.Programs(c))));
        foreach (var @case in cases)
        {
            var numbers = Numbers(@case);
            using var network = networks.Create(@case.Model.Spec);
            CaseRunner.SetParameters(network, numbers);
            var samples = numbers.Values["input"].Select(x => (float)x).ToArray();
            var outputs = new float[@case.Batch * network.Definition.Outputs[0].Length];
            var labels = Enumerable.Repeat(0, @case.Batch).ToArray();
            var targets = new float[outputs.Length];
            foreach (var threads in new[] { 1, 2 })
            {
                using var session = network.CreateSession(@case.Batch, threads);
                using var training = new TrainingSession(network, @case.Batch, threads);
                Assert.Equal(0, Allocated(() => session.Predict(samples, outputs)));
                Assert.Equal(0, Allocated(() => _ = network.Definition.Loss == Loss.CrossEntropy
                    ? training.Step(samples, labels, 1) : training.Step(samples, targets, 1)));
            }
        }

        static long Allocated(Action action)
        {
            for (var i = 0; i < 3; i++)
                action();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10; i++)
                action();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void StagesAreMeasuredAndNothingElseChanges()
    {
        var @case = Case("Profiled", Seed + 60, 2, 256, LayerCases.Tail) with { Batch = 5 };
        var programs = EmittedNetworks.Programs(@case);
        using var network = EmittedNetworks.Compile(EmittedNetworks.Sources(@case, programs)).Create(@case.Model.Spec);
        var numbers = Numbers(@case);
        CaseRunner.SetParameters(network, numbers);
        var expected = Predict(@case, network, numbers, threads: 1);
        var parameters = network.Parameters.ToArray();
        foreach (var kind in new[] { PassKind.Predict, PassKind.Train })
        {
            using var session = network.CreateSession(@case.Batch);
            using var training = new TrainingSession(network, @case.Batch, threads: 2);
            var profile = kind == PassKind.Predict ? session.Profile(runs: 1) : training.Profile(runs: 1);
            // Every stage of the program has its row, but for those that prediction computes before it begins.
            var stages = programs.Single(p => p.Kind == kind).Stages.Select(s => s.Stage)
                .Where(s => kind == PassKind.Train || s.Scope == StageScope.Sample).ToList();
            Assert.Equal(stages.Select(s => s.Name), profile.Stages.Select(s => s.Stage.Name));
            Assert.Equal(
                stages.Where(s => s.Kind == StageKind.Contraction).Select(s => s.Name),
                profile.Stages.Where(s => s.MultiplyAdds > 0).Select(s => s.Stage.Name));
        }

        Assert.Equal(parameters, network.Parameters.ToArray());
        Assert.Equal(expected, Predict(@case, network, numbers, threads: 1));
    }

    [Fact]
    public void EveryRemainderOfChunksIsRight()
    {
        // One network for each batch, as numbers without ties are drawn for a batch.
        var cases = Enumerable.Range(1, 10).Select(batch =>
            Case(LayerCases.Name("Remainder", batch), Seed + 20, 4, s_widths[batch % 3], LayerCases.Tail) with { Batch = batch + 4 });
        var failures = CaseBatch.Run(cases, new Coverage());
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    [Theory]
    [MemberData(nameof(GroupedConvolutions))]
    public void GroupsOfFewChannelsAreRight(int channels, int groups, int height, int width, int kernel, int stride, int dilation)
    {
        var model = Chains.Build(
            Chains.Image(channels, height, width),
            Chains.Layer("Conv", ("Channels", channels), ("Kernel", Chains.Pair(kernel, kernel)), ("Groups", groups),
                ("Stride", Chains.Pair(stride, stride)), ("Dilation", Chains.Pair(dilation, dilation)), ("Bias", false)),
            Chains.Layer("Relu"), Chains.Layer("MaxPool", ("Window", Chains.Pair(1, 1))), Chains.Layer("GlobalAveragePool"),
            Chains.Layer("Softmax"), Chains.Layer("Loss", ("Kind", "CrossEntropy")));
        var failures = CaseBatch.Run([new NetworkCase(model, 7, Seed, s_widths, PassOptions.Default)], new Coverage());
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    /// <summary>Depthwise and nearly so, down to results of one row or one element.</summary>
    public static TheoryData<int, int, int, int, int, int, int> GroupedConvolutions { get; } = new()
    {
        { 2, 2, 5, 8, 5, 1, 1 },
        { 2, 2, 5, 5, 5, 1, 1 },
        { 4, 2, 5, 8, 5, 1, 1 },
        { 6, 3, 3, 9, 3, 2, 1 },
        { 3, 3, 1, 7, 1, 1, 1 },
        { 3, 3, 9, 8, 3, 1, 2 },
        { 17, 17, 9, 8, 3, 2, 1 },
    };

    [Theory]
    [InlineData(512, "Block")]
    [InlineData(256, "Block")]
    [InlineData(128, "Block")]
    [InlineData(512, "Tail")]
    [InlineData(256, "Tail")]
    [InlineData(128, "Tail")]
    [InlineData(512, "Chain")]
    [InlineData(256, "Chain")]
    [InlineData(128, "Chain")]
    public void KernelsComputeTheSameInTheInterpreter(int width, string series)
    {
        Func<Random, IEnumerable<LayerSpec>> layers = series switch
        {
            "Block" => LayerCases.Block,
            "Tail" => LayerCases.Tail,
            _ => LayerCases.Chain,
        };
        CompareWithInterpreter(Case("Interpreted", Seed + 40 + width, 2, width, layers) with { Batch = 5 }, width);
    }

    /// <summary>Runs a training step of a network with the interpreter of kernels and holds it against the reference.</summary>
    internal static void CompareWithInterpreter(NetworkCase @case, int width)
    {
        var numbers = Numbers(@case);
        var model = @case.Model;
        var program = PassCompiler.Compile(model, PassKind.Train, new CpuTarget(width), @case.Options);
        var layout = ParameterLayout.Of(model);
        var length = layout.Max(p => p.Offset + p.Declared.Value.Type.SampleLength);
        var parameters = new float[(length + ParameterLayout.Alignment - 1) / ParameterLayout.Alignment * ParameterLayout.Alignment];
        Array.Fill(parameters, float.NaN);
        foreach (var parameter in layout)
            numbers.Values[parameter.Name].Select(x => (float)x).ToArray().CopyTo(parameters, parameter.Offset);
        var inputs = program.Graph.Inputs.Select(v => Bytes(v, numbers.Values[v.Name])).ToArray();
        var pass = new InterpretedPass(program, @case.Batch, inputs, parameters);
        pass.Run(CaseRunner.CallSeed);
        Check("prediction", pass.Output(0), numbers.Training.Output("prediction").Data, 0);
        Check("loss", pass.Output(1), numbers.Training.Output("loss").Data, 0);
        foreach (var output in numbers.TrainingGraph.Outputs.Where(o => o.Role == OutputRole.Gradient))
        {
            var expected = numbers.Training[output.Value].Data;
            var offset = layout.Single(p => p.Name == output.Name).Offset;
            Check(output.Name, pass.Gradients[offset..(offset + expected.Length)], expected, numbers.Floor(output.Value));
        }

        void Check(string what, float[] actual, double[] expected, double floor) =>
            Near.Assert([.. actual.Select(x => (double)x)], expected, CaseRunner.Tolerance, $"{what} of {@case}", floor);
    }

    private static float[] Predict(NetworkCase @case, Network network, CaseNumbers numbers, int threads)
    {
        using var session = network.CreateSession(@case.Batch, threads);
        var outputs = new float[@case.Batch * @case.Model.Prediction.Type.SampleLength];
        session.Predict([.. numbers.Values[@case.Model.Input.Name].Select(x => (float)x)], outputs);
        return outputs;
    }

    private static byte[] Bytes(Value value, double[] numbers) => value.Type.Element switch
    {
        ScalarKind.U8 => [.. numbers.Select(x => (byte)x)],
        ScalarKind.I32 => [.. numbers.SelectMany(x => BitConverter.GetBytes((int)x))],
        _ => [.. numbers.SelectMany(x => BitConverter.GetBytes((float)x))],
    };

    // Threads are handed rounds, and predictions have the same bits with any number of them.
    private static void AssertThreadsChangeNoBits(NetworkCase @case, ImmutableArray<PassProgram> programs)
    {
        var numbers = Numbers(@case);
        var sources = EmittedNetworks.Sources(@case, programs);
        Assert.Contains(sources, text => text.Contains("Runtime.LaunchPart(", StringComparison.Ordinal));
        using var network = EmittedNetworks.Compile(sources).Create(@case.Model.Spec);
        foreach (var width in s_widths)
        {
            network.VectorBits = width;
            CaseRunner.SetParameters(network, numbers);
            var expected = Predict(@case, network, numbers, threads: 1);
            foreach (var threads in new[] { 2, 3 })
            {
                for (var round = 0; round < 20; round++)
                    Assert.Equal(expected, Predict(@case, network, numbers, threads));
            }
        }
    }
}
