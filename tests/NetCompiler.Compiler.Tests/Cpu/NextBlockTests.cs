using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Stages;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Recurrent;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Cpu;

/// <summary>Weights that no second-level cache holds: while a block of them is multiplied, the next one is brought near.</summary>
public sealed class NextBlockTests
{
    private static NetworkModel Network(int channels, int size, int outputs, int kernel, int stride) => Build(
        Image(3, size, size),
        Layer("Conv", ("Channels", channels), ("Kernel", Pair(1, 1))),
        Layer("Conv", ("Channels", outputs), ("Kernel", Pair(kernel, kernel)), ("Padding", Pair(kernel / 2, kernel / 2)),
            ("Stride", Pair(stride, stride))),
        Layer("GlobalAveragePool"), Layer("Dense", ("Units", 3)), Layer("Loss", ("Kind", "MeanSquaredError")));

    [Theory]
    [InlineData(256, 14, 512, 3, 2, true)]
    [InlineData(512, 7, 512, 3, 1, true)]
    [InlineData(640, 5, 652, 1, 1, true)]
    // Weights that stay near; a block of which one tile is all that there is; blocks of so many tiles that reading them hardly matters.
    [InlineData(64, 14, 64, 3, 1, false)]
    [InlineData(1024, 1, 1024, 1, 1, false)]
    [InlineData(256, 56, 512, 3, 1, false)]
    public void TilesBringAsMuchNearAsABlockHas(int channels, int size, int outputs, int kernel, int stride, bool isAhead)
    {
        var options = PassOptions.Default with { ForcedCandidate = "direct", ChunkSize = 1 };
        var plan = PassCompiler.Compile(Network(channels, size, outputs, kernel, stride), PassKind.Predict, new CpuTarget(512), options)
            .Stages.Single(s => s.Stage.Name == "conv2");
        var schedule = Assert.IsType<ContractionSchedule>(plan.Candidate.Schedule);
        var prefetches = KernelWalk.All(Tile(plan).Body).OfType<Prefetch>().Count();
        Assert.Equal(isAhead, schedule.AheadStride > 0);
        Assert.Equal(isAhead, prefetches > 0);
        if (!isAhead)
            return;
        var tiles = schedule.Loops.Aggregate(1, (product, loop) => product * Math.Max(1, Partition.Blocks(loop.Steps, loop.Tile)));
        Assert.InRange(schedule.Blocks.Width, (schedule.AheadStride - 1) * tiles + 1, schedule.AheadStride * tiles);
        // A round brings its terms' part, a cache line at a time.
        var products = KernelWalk.All(Tile(plan).Body).OfType<Assign>().Count(a => a.Value is FusedMultiplyAdd);
        var terms = products / schedule.Blocks.Vectors / schedule.Loops.Aggregate(1, (product, loop) => product * loop.TileElements);
        Assert.Equal(Partition.Blocks(terms * schedule.AheadStride, CacheLines.Floats), prefetches);
    }

    [Fact]
    public void ProductsOfTransformedTilesBringAsMuchNearAsABlockHas()
    {
        var options = PassOptions.Default with { ForcedCandidate = "winograd-4x4", ChunkSize = 1 };
        var plan = PassCompiler.Compile(Network(256, 14, 256, 3, 1), PassKind.Predict, new CpuTarget(256), options)
            .Stages.Single(s => s.Stage.Name == "conv2");
        var shape = Assert.IsType<WinogradShape>(plan.Candidate.Schedule);
        Assert.True(shape.WeightsAreFar);
        var products = plan.Plan.Launches.SelectMany(launch => KernelWalk.All(launch.Kernel.Body)).OfType<Call>()
            .Select(call => call.Kernel).Where(kernel => kernel.Name.StartsWith("Product", StringComparison.Ordinal)).ToList();
        // What comes behind the last block of a matrix is the first one of the next.
        Assert.Single(plan.Plan.Launches.Where(launch => KernelWalk.All(launch.Kernel.Body).OfType<Call>().Any(c => products.Contains(c.Kernel)))
            .SelectMany(launch => KernelWalk.AllExpressions(launch.Kernel.Body)).OfType<Selection>());
        // 16 tiles: twice six, which are a loop, and four.
        Assert.Equal((6, 16), (shape.Rows, shape.BlockTiles));
        Assert.Equal(["Product6x16", "Product4x16"], products.Select(kernel => kernel.Name));
        foreach (var product in products)
        {
            // Each of the three brings a third of the next block's 16 lanes for each of its terms, a cache line at a time.
            var round = Assert.Single(KernelWalk.All(product.Body).OfType<For>());
            Assert.Equal(4, round.Step);
            Assert.Equal(Partition.Blocks(4 * 6, CacheLines.Floats), KernelWalk.All(round.Body).OfType<Prefetch>().Count());
        }
    }

    [Theory]
    [InlineData(256)]
    [InlineData(512)]
    public void StepsOfScansBringNothingNear(int width)
    {
        // Every other step goes through the blocks backwards, and finds near what the one before used last.
        var model = RecurrentNetworks.Of("Turned", "Lstm", 6, 300, 300, layers: 1);
        var plan = PassCompiler.Compile(model, PassKind.Predict, new CpuTarget(width), PassOptions.Default);
        var loops = plan.Stages.SelectMany(s => s.Plan.Launches).Where(launch => launch.Loop is not null).ToList();
        Assert.Contains(loops, launch => launch.Arguments.Any(a => a is LaunchArgument.OfNumber { Number: LaunchNumber.Round }));
        Assert.All(loops, launch => Assert.Empty(KernelWalk.All(launch.Kernel.Body).OfType<Call>()
            .SelectMany(call => KernelWalk.All(call.Kernel.Body)).OfType<Prefetch>()));
    }

    [Fact]
    public void ResultsAndGradientsAreRight()
    {
        // The last block is narrower.
        var options = PassOptions.Default with { ForcedCandidate = "direct", ChunkSize = 2 };
        var model = Network(640, 5, 652, 1, 1);
        var plans = new[] { 256, 512 }.Select(width => PassCompiler.Compile(model, PassKind.Predict, new CpuTarget(width), options)
            .Stages.Single(s => s.Stage.Name == "conv2").Candidate.Schedule);
        Assert.Contains(plans, schedule => schedule is ContractionSchedule { AheadStride: > 0 });
        var failures = CaseBatch.Run([new NetworkCase(model, 3, 11, [256, 512], options)], new Coverage());
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    // The kernel of the first kind of tile, which the launch calls.
    private static Kernel Tile(StagePlan plan) =>
        KernelWalk.All(plan.Plan.Launches[^1].Kernel.Body).OfType<Call>().First().Kernel;
}
