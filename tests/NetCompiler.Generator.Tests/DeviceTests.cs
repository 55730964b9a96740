using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetCompiler.Compiler.Printers;
using NetCompiler.Generator.Tests.Support;

namespace NetCompiler.Generator.Tests;

/// <summary>Code for devices: emitted where the build asks for it, and where ILGPU is referenced.</summary>
public class DeviceTests
{
    private const string Small = "[Network, Input(4), Dense(2), Softmax, Loss(Loss.CrossEntropy)] public partial class Small;";

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

    // Nothing but the name, by which the generator knows it. What is emitted is compiled and run in other tests.
    private static MetadataReference Ilgpu(string name = "ILGPU") => CSharpCompilation.Create(name, references: Generation.Compile("").References,
        options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).ToMetadataReference();
}
