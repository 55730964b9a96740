using System.Globalization;
using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Recurrent;
using NetCompiler.Compiler.Tests.Reference;
using Xunit.Abstractions;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Cpu;

/// <summary>Weights of 24 bits with a scale: how far off they are, where they are chosen, and where they must not be.</summary>
public sealed class FixedPointTests(ITestOutputHelper output)
{
    private static readonly PassOptions s_forced = PassOptions.Default with { ForcedCandidate = "fixed-point", ChunkSize = 3 };

    private static NetworkModel Dense(string name, int inputs, int units, bool isStrict = false) =>
        NetworkBuilder.Build(new NetworkSpec("NetCompiler.Cases", name, true,
        [
            Layer("Input", ("Length", inputs)), Layer("Dense", ("Units", units)), Layer("Loss", ("Kind", "MeanSquaredError")),
        ])
        { IsStrict = isStrict }).Model!;

    [Fact]
    public void AWeightIsAsExactAsIsSaid()
    {
        // All that one byte can do to its neighbours, all magnitudes, both ends of the range.
        var random = new Random(3);
        var weights = new List<float> { 1, -1, 1, -1, 0, 0, 0, 0, float.Epsilon, -float.Epsilon, 1e-7f, -1e-7f };
        for (var i = 0; i < 4 * 256; i++)
            weights.Add((float)((random.Next(-128, 128) * 256 + i / 4) / 32768.0));
        while (weights.Count < 20_000)
            weights.Add((float)((random.NextDouble() * 2 - 1) * Math.Pow(2, -random.Next(0, 30))));
        var decoded = ThroughWords([.. weights]);
        var errors = weights.Zip(decoded, (w, d) => Math.Abs((double)w - d)).ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"max {errors.Max():E2}, mean {errors.Average():E2}"));
        Assert.InRange(errors.Max(), double.Epsilon, FixedPoint.Error);
        Assert.All(weights.Zip(decoded), p => Assert.True(p.First != 0 || p.Second == 0, $"{p.Second} for 0"));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(8, 37)]
    [InlineData(12, 5)]
    [InlineData(52, 100)]
    [InlineData(148, 131)]
    public void PredictionsAreRight(int inputs, int units)
    {
        List<NetworkCase> cases = [.. new[] { 1, 7 }.Select(batch => new NetworkCase(
            Dense(string.Create(CultureInfo.InvariantCulture, $"Fixed{inputs}By{units}For{batch}"), inputs, units), batch, 5, [128, 256, 512], s_forced))];
        Assert.All(cases.SelectMany(c => EmittedNetworks.Programs(c)).Where(p => p.Kind == PassKind.Predict),
            program => Assert.Contains(program.Stages, s => s.Candidate.Schedule is ContractionSchedule { IsFixedPoint: true }));
        var failures = CaseBatch.Run(cases, new Coverage());
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    [Fact]
    public void WeightsOfImagesLieAsTheImageDoes()
    {
        // The innermost loop runs over channels, whose weights are not side by side.
        var model = Build(Image(3, 5, 3), Layer("Conv", ("Channels", 12), ("Kernel", Pair(1, 1))), Layer("Relu"), Layer("Flatten"),
            Layer("Dense", ("Units", 21)), Layer("Loss", ("Kind", "MeanSquaredError")));
        var @case = new NetworkCase(model, 4, 5, [256, 512], s_forced);
        Assert.Contains(EmittedNetworks.Programs(@case).SelectMany(p => p.Stages), s => s.Candidate.Name == "fixed-point-o");
        var failures = CaseBatch.Run([@case], new Coverage());
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    [Fact]
    public void SumsAreAsExactAsThoseOfSinglePrecision()
    {
        foreach (var model in new[] { Dense("Exact", 1024, 40), RecurrentNetworks.Of("ExactSteps", "Lstm", 20, 32, 64) })
        {
            var (direct, fixedPoint) = (Error(model, "direct"), Error(model, "fixed-point"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model.Spec.Name}: direct {direct:E2}, in fixed point {fixedPoint:E2}"));
            Assert.NotEqual(direct, fixedPoint);
            Assert.InRange(fixedPoint, 0, 2 * direct + 1e-7);
        }

        static double Error(NetworkModel model, string candidate)
        {
            var @case = new NetworkCase(model, 1, 5, [512], s_forced with { ForcedCandidate = candidate });
            var numbers = CaseNumbers.Find(model, 1, @case.Seed, CaseRunner.CallSeed)!;
            using var network = EmittedNetworks.Compile(EmittedNetworks.Sources(@case, EmittedNetworks.Programs(@case))).Create(model.Spec);
            CaseRunner.SetParameters(network, numbers);
            var actual = new float[model.Prediction.Type.SampleLength];
            using var session = network.CreateSession(1);
            session.Predict([.. numbers.Values[model.Input.Name].Select(x => (float)x)], actual);
            return Near.Error([.. actual.Select(x => (double)x)], numbers.Layers.Output(model.Layers[^1].Name).Data);
        }
    }

    [Fact]
    public void WhatIsNoNumberStaysWithItsUnit()
    {
        var model = Dense("NotANumber", 8, 5);
        var @case = new NetworkCase(model, 1, 5, [512], s_forced);
        using var network = EmittedNetworks.Compile(EmittedNetworks.Sources(@case, EmittedNetworks.Programs(@case))).Create(model.Spec);
        var weights = Enumerable.Range(0, 40).Select(i => (i % 7) - 3f).ToArray();
        weights[9] = float.NaN;
        weights[21] = float.PositiveInfinity;
        weights.AsSpan(24, 8).Clear();
        network.Parameter("dense1.weight").CopyFrom(weights);
        network.Parameter("dense1.bias").CopyFrom([0, 0, 0, 0.5f, 0]);
        var actual = new float[5];
        using var session = network.CreateSession(1);
        session.Predict([1f, 1, 1, 1, 1, 1, 1, 1], actual);
        Assert.Equal([false, true, true, false, false], actual.Select(float.IsNaN));
        Assert.Equal(0.5f, actual[3]);
        Assert.Equal(weights[..8].Sum(), actual[0], 1e-5f);
    }

    [Theory]
    // What a product with one sample takes from behind the second-level cache; what stays there; what is no whole number of groups of four.
    [InlineData(512, 25088, 4096, true)]
    [InlineData(512, 512, 1000, true)]
    [InlineData(512, 256, 512, false)]
    [InlineData(512, 510, 1000, false)]
    // Narrower vectors decode more slowly than the third-level cache delivers, and faster than memory.
    [InlineData(256, 25088, 4096, true)]
    [InlineData(256, 512, 1000, false)]
    public void WeightsThatAreFarAreChosen(int bits, int inputs, int units, bool isChosen)
    {
        var stage = PassCompiler.Compile(Dense("Chosen", inputs, units), PassKind.Predict, new CpuTarget(bits), PassOptions.Default)
            .Stages.Single(s => s.Stage.Name == "dense1");
        Assert.Equal(isChosen, stage.Candidate.Name == "fixed-point-o");
    }

    [Theory]
    [InlineData(512, 256, true)]
    [InlineData(512, 128, false)]
    [InlineData(256, 256, false)]
    public void StepsOfRecurrentLayersThatFillTheCacheAre(int bits, int units, bool isChosen)
    {
        var model = RecurrentNetworks.Of("ChosenSteps", "Lstm", 6, 16, units);
        var stage = PassCompiler.Compile(model, PassKind.Predict, new CpuTarget(bits), PassOptions.Default).Stages.Single(s => s.Stage.Name == "lstm1");
        Assert.Equal(isChosen, stage.Plan.Buffers.Any(b => b.Name.EndsWith(".words", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false, PassKind.Predict, true)]
    [InlineData(true, PassKind.Predict, false)]
    [InlineData(false, PassKind.Train, false)]
    public void StrictNetworksAndTrainingHaveNone(bool isStrict, PassKind kind, bool isOffered)
    {
        var program = PassCompiler.Compile(Dense("Strict", 512, 1000, isStrict), kind, new CpuTarget(512), PassOptions.Default);
        Assert.Equal(isOffered, program.Stages.SelectMany(s => s.Rejected.Add(s.Candidate))
            .Any(c => c.Name.StartsWith("fixed-point", StringComparison.Ordinal)));
    }

    // Weights, the largest of which is 1, as words and back, in the interpreter.
    private static float[] ThroughWords(float[] weights)
    {
        var floats = KernelType.PointerTo(ScalarKind.F32);
        var builder = new KernelBuilder();
        var from = builder.Parameter(new KernelParameter(new Variable("weights", floats), BufferAccess.Read));
        var to = builder.Parameter(new KernelParameter(new Variable("decoded", floats), BufferAccess.Write));
        var scale = builder.Let("scale", FixedPoint.Scale(Constant.Float(1), Constant.Float(0)));
        builder.Loop("i", Constant.Index(0), Constant.Index(weights.Length), FixedPoint.Terms, i =>
        {
            var words = FixedPoint.Encode(builder, Enumerable.Range(0, FixedPoint.Terms).Select(t => (Expression)new Binary(
                BinaryFunction.Divide, new Load(from, IndexArithmetic.Add(i, Constant.Index(t))), scale)));
            var decoded = FixedPoint.Decode(builder, words);
            for (var t = 0; t < decoded.Length; t++)
            {
                builder.Add(new Store(to, IndexArithmetic.Add(i, Constant.Index(t)),
                    new Binary(BinaryFunction.Multiply, decoded[t], scale)));
            }
        });
        var result = new KernelMemory("decoded", ScalarKind.F32, weights.Length);
        KernelInterpreter.Run(builder.Build("ThroughWords", ""), KernelMemory.Of("weights", weights), result);
        return result.ToSingles();
    }
}
