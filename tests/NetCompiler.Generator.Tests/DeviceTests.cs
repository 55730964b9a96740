using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetCompiler.Compiler.Printers;
using NetCompiler.Generator.Tests.Support;

namespace NetCompiler.Generator.Tests;

/// <summary>Code for devices: emitted where the build asks for it, and where ILGPU is referenced.</summary>
public class DeviceTests
{
    private const string Small = "[Network, Input(4), Dense(2), Softmax, Loss(Loss.CrossEntropy)] public partial class Small;";

    private const string Large = "[Network, Input(16, 64, 64), Conv(64, 3), Relu, Conv(64, 3), GlobalAveragePool, Dense(10), "
        + "Loss(Loss.CrossEntropy)] public partial class Large;";

    /// <summary>The id of a property with a value that there is not.</summary>
    public const string PropertyId = "NC0501";

    private static readonly KeyValuePair<string, string>[] s_cpu = [new("NetCompilerVectorWidths", "128")];
    private static readonly KeyValuePair<string, string>[] s_cuda = [.. s_cpu, new("NetCompilerCuda", "true")];

    [Fact]
    public void NothingIsEmittedUnlessTheBuildAsks() => Assert.DoesNotContain(
        Generation.Run(s_cpu, Small).Files, f => f.Text.Contains("DevicePass", StringComparison.Ordinal));

    [Fact]
    public void PredictionAndTrainingAreEmittedWithPtx()
    {
        var generation = Generation.Run(s_cuda, Small);
        Assert.Empty(generation.Problems);
        Assert.Equal(
            ["Small.PredictDevice.g.cs", "Small.PredictPtx.g.cs", "Small.TrainDevice.g.cs", "Small.TrainPtx.g.cs"],
            generation.Files.Select(f => f.HintName)
                .Where(n => n.Contains("Device", StringComparison.Ordinal) || n.Contains("Ptx", StringComparison.Ordinal)));
        Assert.Contains(".visible .entry Network(", generation["Small.PredictPtx.g.cs"], StringComparison.Ordinal);
        Assert.Contains(".visible .entry MoveAdam(", generation[UpdatePrinter.HintName], StringComparison.Ordinal);
        // The rest is as it was.
        Assert.Equal(Generation.Run(s_cpu, Small)["Small.g.cs"], generation["Small.g.cs"]);
    }

    [Fact]
    public void ANetworkWithoutALossPredictsOnly()
    {
        var generation = Generation.Run(s_cuda, "[Network, Input(4), Dense(2)] public partial class Plain;");
        Assert.Empty(generation.Problems);
        Assert.DoesNotContain(generation.Files, f => f.HintName.Contains("TrainDevice", StringComparison.Ordinal));
        Assert.Contains(generation.Files, f => f.HintName == "Plain.PredictDevice.g.cs");
    }

    [Fact]
    public void GraphsAreEmittedToo() => Assert.Empty(Generation.Run(s_cuda, Networks.SmallResNet).Problems);

    [Fact]
    public void EditorsNeedNoneOfIt() => Assert.DoesNotContain(
        Generation.Run([.. s_cuda, new("DesignTimeBuild", "true")], Small).Files,
        f => f.Text.Contains("DevicePass", StringComparison.Ordinal));

    [Fact]
    public void WhereIlgpuIsReferencedItsDriverIsEmittedOnce()
    {
        var options = new GenerationOptions { Properties = s_cpu.ToDictionary() };
        options = options with { References = [.. options.References, Ilgpu()] };
        var generation = Generation.Run(options, Small, "[Network, Input(4), Dense(2)] public partial class Other;");
        var support = Assert.Single(generation.Files, f => f.HintName == IlgpuSupportPrinter.HintName);
        Assert.Equal(IlgpuSupportPrinter.Text, support.Text);
        Assert.Contains(generation.Files, f => f.HintName == "Small.TrainIlgpu.g.cs");
        // And what optimisers do, once too, in the form that is asked for.
        var updates = Assert.Single(generation.Files, f => f.HintName == UpdatePrinter.HintName).Text;
        Assert.Contains("static void MoveAdam(ArrayView<int> blocks", updates, StringComparison.Ordinal);
        Assert.DoesNotContain(".visible .entry", updates, StringComparison.Ordinal);
        Assert.DoesNotContain(generation.Files, f => f.HintName.Contains("Ptx", StringComparison.Ordinal));

        generation.Edit(1, "[Network, Input(5), Dense(2)] public partial class Other;");
        Assert.All(
            new[] { NetworkGenerator.IlgpuStep, NetworkGenerator.UpdatesStep }
                .SelectMany(step => generation.Result.TrackedSteps[step]).SelectMany(s => s.Outputs),
            o => Assert.True(o.Reason is IncrementalStepRunReason.Unchanged or IncrementalStepRunReason.Cached));
        // Without networks there is nothing to run.
        Assert.Empty(Generation.Run(options, "class Nothing;").Files);
    }

    [Theory]
    [InlineData(true, "using XMath = global::ILGPU.Algorithms.XMath;")]
    [InlineData(false, "using XMath = System.MathF;")]
    public void WhereIlgpuAlgorithmsIsReferencedFunctionsComeFromThere(bool isReferenced, string functions)
    {
        var options = new GenerationOptions { Properties = s_cpu.ToDictionary() };
        options = options with { References = [.. options.References, Ilgpu(), .. isReferenced ? [Ilgpu("ILGPU.Algorithms")] : (MetadataReference[])[]] };
        var generation = Generation.Run(options, "[Network, Input(4), Dense(2), Tanh, Loss(Loss.MeanSquaredError)] public partial class Curved;");
        var kernels = generation.Files.Single(f => f.HintName == "Curved.PredictIlgpu.g.cs").Text;
        Assert.Contains(functions, kernels, StringComparison.Ordinal);
        Assert.Contains("XMath.Tanh(", kernels, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Tf32;BFloat16")]
    [InlineData(" tf32 , bfloat16,")]
    [InlineData("BFloat16|Default|Tf32")]
    public void PrecisionsBesidesTheDeclaredOneAreEmittedWhereTheyDiffer(string precisions)
    {
        var plain = Generation.Run(s_cuda, Large);
        var generation = Generation.Run([.. s_cuda, new("NetCompilerCudaPrecisions", precisions)], Large);
        Assert.Empty(generation.Problems);
        Assert.Empty(generation.Diagnostics);
        Assert.Equal(
            [
                "Large.PredictDeviceBFloat16.g.cs", "Large.PredictDeviceTf32.g.cs", "Large.PredictPtxBFloat16.g.cs", "Large.PredictPtxTf32.g.cs",
                "Large.TrainDeviceBFloat16.g.cs", "Large.TrainDeviceTf32.g.cs", "Large.TrainPtxBFloat16.g.cs", "Large.TrainPtxTf32.g.cs",
            ],
            generation.Files.Select(f => f.HintName).Except(plain.Files.Select(f => f.HintName)).Order(StringComparer.Ordinal));
        Assert.Contains(".f32.bf16.bf16.f32", generation["Large.TrainPtxBFloat16.g.cs"], StringComparison.Ordinal);
        Assert.DoesNotContain("mma.", generation["Large.TrainPtx.g.cs"], StringComparison.Ordinal);
        // What else there is stays as it was, but for the choice between them.
        Assert.Equal(
            ["Large.PredictDevice.g.cs", "Large.TrainDevice.g.cs"],
            plain.Files.Where(f => generation[f.HintName] != f.Text).Select(f => f.HintName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void WithoutPtxThereAreNoOtherPrecisions() => Assert.DoesNotContain(
        Generation.Run([.. s_cpu, new("NetCompilerCudaPrecisions", "Tf32")], Large).Files, f => f.Text.Contains("DevicePass", StringComparison.Ordinal));

    [Theory]
    [InlineData("Tf32;Float16;Half", "Float16")]
    [InlineData("Strict", "Strict")]
    [InlineData("0", "0")]
    public void APrecisionThatThereIsNotIsSaidOnce(string precisions, string unknown)
    {
        KeyValuePair<string, string>[] properties = [.. s_cuda, new("NetCompilerCudaPrecisions", precisions)];
        var diagnostic = Assert.Single(Generation.Run(properties, Small, "[Network, Input(4), Dense(2)] public partial class Other;").Diagnostics);
        Assert.Equal(PropertyId, diagnostic.Id);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.Equal($"NetCompilerCudaPrecisions: expected some of Default, Tf32, BFloat16, found '{unknown}'", diagnostic.GetMessage());
        Assert.Equal(Location.None, diagnostic.Location);
        Assert.Empty(Generation.Run(properties, "class Nothing;").Diagnostics);
    }

    // Nothing but the name, by which the generator knows it. What is emitted is compiled and run in other tests.
    private static MetadataReference Ilgpu(string name = "ILGPU") => CSharpCompilation.Create(name, references: Generation.Compile("").References,
        options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).ToMetadataReference();
}
