using System.Collections.Immutable;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Passes;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>The sweep over all kinds of layers, all widths, and all ways to compile; made once for all tests that look at it.</summary>
public sealed class EmittedSweep
{
    /// <summary>Seeds all networks of the sweep.</summary>
    public const int Seed = 20250301;

    private const int NetworksOfSeries = 22;

    private static readonly string s_scope = Environment.GetEnvironmentVariable("NETCOMPILER_SWEEP") ?? "";

    // While a layer is being written, its own networks are enough: NETCOMPILER_SWEEP=Conv,MaxPool. Tests of other cells then fail.
    private static readonly string[] s_only = s_scope is "" or "all" ? [] : s_scope.Split(',', StringSplitOptions.RemoveEmptyEntries);

    // Without a word, some networks of each group: the first ones.
    private const int NetworksOfShortSweep = 2;

    // Attention as the operators that it is made of.
    private const string UnfusedAttention = "UnfusedAttention";
    private const int NetworksOfAttention = 40;

    private const int NetworksOfWay = 7;
    private const int NetworksOfLoss = 24;
    private const int NetworksOfCandidate = 3;

    /// <summary>What the names of networks begin with in which a candidate is forced.</summary>
    public const string ForcedGroup = "Forced";

    public EmittedSweep()
    {
        var failures = CaseBatch.Run(Cases(), Coverage);
        Failures = failures.AddRange(CaseBatch.Run(Forced().ToList(), Coverage));
    }

    /// <summary>The widths that code is emitted for.</summary>
    public static int[] Widths { get; } = [512, 256, 128];

    /// <summary>Every kind of layer that the compiler knows.</summary>
    public static ImmutableArray<string> Kinds => [.. LayerRegistry.Layers.Where(l => l.Value.Role != LayerRole.Target).Select(l => l.Key)];

    /// <summary>Losses that no chain ends in: those that came later, and one that methods give numbers.</summary>
    public static ImmutableArray<string> Losses { get; } = ["CrossEntropy", "Hinge", "Huber", "KLDivergence", "MeanAbsoluteError"];

    /// <summary>Passes that can be left out.</summary>
    public static ImmutableArray<string> OptionalPasses { get; } =
    [
        nameof(Canonicalise), nameof(ChooseResiduals), nameof(FoldBatchNorm), nameof(Fuse), nameof(HoistFromScans),
        nameof(Simplify), nameof(StrengthReduce),
    ];

    /// <summary>What the networks of the sweep are called, before their numbers.</summary>
    public static ImmutableArray<string> Groups =>
    [
        .. Kinds, "Block", "Tail", "Normalisation", .. s_series.Select(s => s.Name), UnfusedAttention, .. OptionalPasses.Select(p => $"Without{p}"),
        "Chunks1_", "Chunks3_", .. Losses.Select(loss => $"Losses{loss}"),
    ];

    /// <summary>Which of the groups a network belongs to: its name without its number.</summary>
    public static string GroupOf(string name) => name[..^LayerCases.Digits];

    /// <summary>What has been compared.</summary>
    public Coverage Coverage { get; } = new();

    /// <summary>What is wrong.</summary>
    public ImmutableArray<CaseBatch.Failure> Failures { get; }

    /// <summary>The networks of the sweep.</summary>
    /// <param name="largestWork">Multiply-adds of a batch.</param>
    public static IEnumerable<NetworkCase> Cases(double largestWork = LayerCases.LargestWork)
    {
        var seed = Seed;
        foreach (var kind in s_first)
        {
            for (var i = 0; IsWanted(kind) && i < Count(Networks(kind)); i++)
                yield return LayerCases.Around(kind, LayerCases.Name(kind, i), seed + i, Widths, largestWork);
            seed += 1000;
        }

        var unfolded = Without(nameof(FoldBatchNorm));
        for (var i = 0; IsWanted("Block") && i < Count(NetworksOfSeries); i++)
        {
            var block = LayerCases.Of(LayerCases.Block, LayerCases.Name("Block", i), seed + i, Widths, PassOptions.Default, largestWork);
            yield return block with { Model = LayerCases.WithShortcuts(block.Model) };
            yield return LayerCases.Of(LayerCases.Tail, LayerCases.Name("Tail", i), seed + 1000 + i, Widths, PassOptions.Default, largestWork);
            yield return LayerCases.Of(LayerCases.Normalisation, LayerCases.Name("Normalisation", i), seed + 2000 + i, Widths, unfolded, largestWork);
        }

        seed += 3000;
        var ways = OptionalPasses.Select(p => ($"Without{p}", Without(p)))
            .Concat([("Chunks1_", PassOptions.Default with { ChunkSize = 1 }), ("Chunks3_", PassOptions.Default with { ChunkSize = 3 })]);
        foreach (var (name, options) in ways)
        {
            // Width by width in turn: what a pass does to numbers hardly depends on it.
            for (var i = 0; IsWanted(name) && i < Count(NetworksOfWay); i++)
                yield return LayerCases.Of(LayerCases.Chain, LayerCases.Name(name, i), seed + i, [Widths[i % Widths.Length]], options, largestWork);
            seed += 1000;
        }

        foreach (var loss in Losses)
        {
            for (var i = 0; IsWanted($"Losses{loss}") && i < Count(NetworksOfLoss); i++)
                yield return LayerCases.Losses(loss, LayerCases.Name($"Losses{loss}", i), Seed + 3_000_000 + Hash(loss) + i, Widths, largestWork);
        }

        foreach (var kind in Kinds.Except(s_first))
        {
            for (var i = 0; IsWanted(kind) && i < Count(Networks(kind)); i++)
                yield return LayerCases.Around(kind, LayerCases.Name(kind, i), Seed + 1_000_000 + Hash(kind) + i, Widths, largestWork);
        }

        for (var i = 0; IsWanted(UnfusedAttention) && i < Count(NetworksOfAttention); i++)
        {
            yield return LayerCases.Of(RankCases.Attention, LayerCases.Name(UnfusedAttention, i), Seed + 4_000_000 + i, Widths,
                Without(nameof(FuseAttention)));
        }

        foreach (var (name, series) in s_series)
        {
            for (var i = 0; IsWanted(name) && i < Count(NetworksOfSeries); i++)
                yield return LayerCases.Of(series, LayerCases.Name(name, i), Seed + 2_000_000 + Hash(name) + i, Widths, PassOptions.Default, largestWork);
        }
    }

    /// <summary>True where the networks are as many as it takes to compare each cell over many shapes.</summary>
    public static bool IsFull => s_scope.Length > 0;

    private static int Count(int networks) => IsFull ? networks : Math.Min(networks, NetworksOfShortSweep);

    private static bool IsWanted(string group) => s_only.Length == 0 || s_only.Any(only => group.StartsWith(only, StringComparison.Ordinal));

    // The layers that there were first, and then the others: a new one changes no seed of these.
    private static readonly string[] s_first =
    [
        "Add", "Affine", "AveragePool", "BatchNorm", "Concatenate", "Conv", "Dense", "Divide", "Dropout", "Flatten", "GlobalAveragePool",
        "Input", "LeakyRelu", "Loss", "MaxPool", "Multiply", "Relu", "Sigmoid", "Slice", "Softmax", "Subtract", "Tanh",
    ];

    // Series of layers that stand in no other network.
    private static readonly ImmutableArray<(string Name, Func<Random, IEnumerable<LayerSpec>> Series)> s_series =
    [
        ("Sequence", RankCases.Sequence), ("Number", RankCases.Number), ("Connected", SampleCases.Connected), ("Steps", SampleCases.Steps),
        ("RecurrentStates", RecurrentCases.Sequence), ("RecurrentLast", RecurrentCases.Vector), ("Signal", RankCases.Signal),
    ];

    // A seed of its own for each name, the same in each run.
    private static int Hash(string name) => name.Aggregate(17, (hash, c) => (hash * 31 + c) % 100_003) * 1000;

    // What was too dear for a stage is computed all the same, in some of the networks that it was offered for.
    private IEnumerable<NetworkCase> Forced()
    {
        foreach (var (candidate, width, cases) in Coverage.Rejections)
        {
            var count = 0;
            foreach (var @case in cases.Take(IsFull ? NetworksOfCandidate : 1))
            {
                var name = LayerCases.Name($"{ForcedGroup}_{candidate.Replace('-', '_')}_{width}_", count++);
                yield return @case with
                {
                    Model = @case.Model with { Spec = @case.Model.Spec with { Name = name } },
                    Options = @case.Options with { ForcedCandidate = candidate },
                    Widths = [width],
                };
            }
        }
    }

    private static PassOptions Without(string pass) => PassOptions.Default with { Disabled = [pass] };

    // Layers that stand in most networks anyway need fewer of their own.
    private static int Networks(string kind) => kind switch
    {
        "Conv" => 24,
        "Add" or "Subtract" or "Multiply" or "Concatenate" or "Affine" => 24,
        // A third of them stands on the input, where no gradient goes.
        "Divide" or "Slice" or "StopGradient" => 32,
        // Half of them have lengths.
        "Gru" or "Lstm" or "Rnn" => 14,
        _ when RankCases.Kinds.Contains(kind) || RegionCases.Kinds.Contains(kind) => 24,
        _ when LayerCases.Curves.Contains(kind) => 11,
        _ when LayerCases.Choices.Contains(kind) => 4,
        "MaxPool" or "AveragePool" or "Dropout" or "GlobalAveragePool" or "BatchNorm" => 13,
        "AdaptiveAveragePool" or "AdaptiveMaxPool" or "ConvTranspose" or "InstanceNorm" or "L2Normalize" => 24,
        // Images with a gain, and several groups of several channels, have operators of their own.
        "GroupNorm" or "LayerNorm" => 52,
        "LocalResponseNorm" or "LogSoftmax" or "Max" or "Mean" or "Min" or "Pad" or "PixelShuffle" or "PixelUnshuffle" => 24,
        "ArgMax" or "ArgMin" or "Expand" or "FixedConv" or "OneHot" or "Split" or "TopK" or "TopKIndices" or "Variance" => 24,
        // A quarter of them is of the other order, or repeats nothing.
        "Norm" or "Tile" => 56,
        "GlobalMaxPool" => 30,
        "Reshape" or "Subsample" or "Sum" => 24,
        // A third of them is of each kind.
        "Upsample" => 48,
        "LeakyRelu" or "Tanh" or "Sigmoid" or "Input" => 8,
        _ => 5,
    };
}
