using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Ilgpu;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>Networks to run on devices: small, as each instruction of each thread is interpreted.</summary>
internal static class DeviceCases
{
    /// <summary>The vector width on the processor, which is what the device is held against.</summary>
    public const int Width = 128;

    private const int Seed = 811;
    // Batches of 7 are three chunks, the last of them not a full one.
    private const int ChunkSize = 3;

    /// <summary>The networks by name.</summary>
    public static IReadOnlyDictionary<string, ImmutableArray<LayerSpec>> Networks { get; } = new Dictionary<string, ImmutableArray<LayerSpec>>
    {
        ["LeNet5"] =
        [
            Image(1, 16, 16),
            Layer("Conv", ("Channels", 6), ("Kernel", Pair(5, 5))), Layer("Relu"), Layer("MaxPool", ("Window", Pair(2, 2))),
            Layer("Conv", ("Channels", 16), ("Kernel", Pair(5, 5))), Layer("Relu"), Layer("MaxPool", ("Window", Pair(2, 2))),
            Layer("Flatten"), Layer("Dense", ("Units", 120)), Layer("Relu"), Layer("Dense", ("Units", 84)), Layer("Relu"),
            Layer("Dense", ("Units", 10)), Layer("Softmax"),
            Layer("Loss", ("Kind", "CrossEntropy")),
        ],
        // The course's network on pictures of 10 by 10.
        ["Course"] = [Image(1, 10, 10), .. Course.Skip(1)],
        ["Residual"] =
        [
            Image(2, 7, 6),
            Layer("Conv", ("Channels", 5), ("Kernel", Pair(3, 3)), ("Padding", Pair(1, 1))), Layer("BatchNorm"), Layer("Relu"),
            Layer("Conv", ("Channels", 5), ("Kernel", Pair(3, 3)), ("Padding", Pair(1, 1))), Layer("BatchNorm"),
            Layer("Add") with { Inputs = [3, 5] }, Layer("Relu"), Layer("GlobalAveragePool"), Layer("Dense", ("Units", 4)),
            Layer("Loss", ("Kind", "CrossEntropy")),
        ],
        ["Lstm"] =
        [
            Layer("Input", ("Rows", 5), ("Columns", 3)), Layer("Lstm", ("Units", 6)), Layer("Dense", ("Units", 4)),
            Layer("Loss", ("Kind", "CrossEntropy")),
        ],
        ["Embedding"] =
        [
            Layer("Input", ("Length", 5), ("Type", "Int32")),
            Layer("Embedding", ("Vocabulary", 11), ("Width", 4)), Layer("Flatten"), Layer("Dense", ("Units", 7)), Layer("Tanh"),
            Layer("Dense", ("Units", 3)), Layer("Loss", ("Kind", "CrossEntropy")),
        ],
        // What is random is another number in every call, and at every place of a batch.
        ["Random"] =
        [
            Layer("Input", ("Rows", 3), ("Columns", 4)), Layer("Flatten"), Layer("Dense", ("Units", 9)), Layer("Relu"),
            Layer("Dropout", ("Rate", 0.5)), Layer("Dense", ("Units", 5)), Layer("Loss", ("Kind", "MeanSquaredError")),
        ],
    };

    /// <summary>Nothing in it decides by a comparison, so that rounding changes numbers by little.</summary>
    public static ImmutableArray<LayerSpec> Smooth { get; } =
    [
        Image(2, 9, 8),
        Layer("Conv", ("Channels", 9), ("Kernel", Pair(3, 3)), ("Padding", Pair(1, 1))), Layer("Tanh"), Layer("AveragePool", ("Window", Pair(2, 2))),
        Layer("Conv", ("Channels", 17), ("Kernel", Pair(3, 3))), Layer("Tanh"),
        Layer("Flatten"), Layer("Dense", ("Units", 12)), Layer("Sigmoid"), Layer("Dense", ("Units", 4)),
        Layer("Loss", ("Kind", "CrossEntropy")),
    ];

    private static ImmutableArray<LayerSpec> Tiny { get; } =
    [
        Image(1, 5, 4), Layer("Conv", ("Channels", 3), ("Kernel", Pair(3, 3))), Layer("Tanh"),
        Layer("Flatten"), Layer("Dense", ("Units", 4)), Layer("Loss", ("Kind", "CrossEntropy")),
    ];

    /// <summary>A network to run.</summary>
    public static NetworkCase Of(string name, int batch) => Of(new NetworkSpec("Emitted", name, IsPublic: true, Networks[name]), batch);

    /// <summary>
    /// A network to run, whose contractions tensor cores compute where the device has them; null declares single precision.
    /// </summary>
    public static NetworkCase OnTensorCores(MatrixFormat? format, int batch) => OnTensorCores("Smooth", Smooth, format, batch);

    /// <summary>The smallest of them.</summary>
    public static NetworkCase TinyOnTensorCores(MatrixFormat? format, int batch) => OnTensorCores("Tiny", Tiny, format, batch);

    private static NetworkCase OnTensorCores(string name, ImmutableArray<LayerSpec> layers, MatrixFormat? format, int batch)
    {
        var @case = Of(new NetworkSpec("Emitted", $"{name}{format}", IsPublic: true, layers) { FactorFormat = format }, batch);
        return @case with
        {
            Options = @case.Options with { ForcedCandidate = "tensor", Disabled = @case.Options.Disabled.Add(nameof(FuseNetwork)) },
        };
    }

    private static NetworkCase Of(NetworkSpec spec, int batch)
    {
        var build = NetworkBuilder.Build(spec);
        var model = build.Model
            ?? throw new InvalidOperationException(string.Join("\n", build.Diagnostics.Select(d => $"{d.Rule.Id}: {d.Message}")));
        return new NetworkCase(model, batch, Seed, [Width], PassOptions.Default with { ChunkSize = ChunkSize });
    }

    /// <summary>
    /// The network with what is emitted for it: code for the processor, tables, PTX, in other precisions too, and, if asked for, ILGPU's kernels.
    /// </summary>
    public static Network Create(NetworkCase @case, bool ilgpu = false, params ImmutableArray<MatrixFormat?> precisions)
    {
        var sources = EmittedNetworks.Sources(@case, EmittedNetworks.Programs(@case)).ToList();
        var programs = NetworkCompiler.DevicePrograms(@case.Model, precisions, @case.Options);
        foreach (var program in programs)
        {
            sources.Add(DevicePassPrinter.Print(@case.Model, program, programs));
            sources.Add(PtxPassPrinter.Print(@case.Model.Spec, program));
            if (ilgpu && program.IsDeclared)
                sources.Add(SimtPrinter.Print(@case.Model.Spec, program, TestAccelerator.HasAlgorithms));
        }

        sources.Add(UpdatePrinter.Print(cuda: true, ilgpu, TestAccelerator.HasAlgorithms));
        if (ilgpu)
            sources.Add(IlgpuSupportPrinter.Text);
        return EmittedNetworks.Compile(sources).Create(@case.Model.Spec);
    }

    /// <summary>Numbers to run it with.</summary>
    public static CaseNumbers Numbers(NetworkCase @case) => CaseNumbers.Find(@case.Model, @case.Batch, @case.Seed, CaseRunner.CallSeed)
        ?? throw new InvalidOperationException("Ties in all attempts.");
}
