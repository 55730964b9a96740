using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Tests.Emitted;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>
/// docs/adding-an-operator.md is true: an operator that the compiler has never heard of, one file, becomes a layer of a network, is
/// differentiated, fused, emitted and run like any other.
/// </summary>
public sealed class AddingAnOperatorTests
{
    [Theory]
    [InlineData(1.0)]
    [InlineData(0.25)]
    public void AnOperatorOfOneFileIsCompiledAndComputesWhatItsExpressionSays(double sharpness)
    {
        ImmutableArray<LayerSpec> layers =
        [
            Image(2, 7, 6), Layer("Conv", ("Channels", 5), ("Kernel", Pair(3, 3))), Layer("SoftSign", ("Sharpness", sharpness)),
            Layer("MaxPool", ("Window", Pair(2, 2))), Layer("Flatten"), Layer("Dense", ("Units", 4)), Layer("SoftSign"),
            Layer("Loss", ("Kind", "MeanSquaredError")),
        ];
        var language = LayerRegistry.Of(typeof(Layer).Assembly, typeof(SoftSignLayer).Assembly);
        var build = NetworkBuilder.Build(new NetworkSpec("Emitted", $"SoftSigned{(int)(sharpness * 100)}", true, layers), language);
        Assert.Empty(build.Diagnostics);
        var @case = new NetworkCase(build.Model!, Batch: 5, Seed: 3, Widths: [512, 128], PassOptions.Default);

        // Prediction, every layer, loss and gradients of emitted code against the reference in double precision.
        var failures = CaseBatch.Run([@case], new Coverage());

        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
        // It is fused into the convolution's stage, before the pooling, without having said anything about that.
        var program = EmittedNetworks.Programs(@case).First(p => p.Kind == PassKind.Predict);
        Assert.Contains(program.Stages, s => s.Stage.Kind == Stages.StageKind.Contraction && s.Stage.Nodes.Any(n => n.Operator is SoftSign));
    }

    [Fact]
    public void AWrongArgumentIsADiagnosticOfTheLayer()
    {
        var language = LayerRegistry.Of(typeof(Layer).Assembly, typeof(SoftSignLayer).Assembly);
        var build = NetworkBuilder.Build(new NetworkSpec("", "Net", true, [Image(1, 2, 2), Layer("SoftSign", ("Sharpness", -1.0))]), language);

        Assert.Equal("SoftSign 'softsign1': Sharpness is -1, expected 0 or more", Assert.Single(build.Diagnostics).Message);
    }

    [Fact]
    public void TheDocumentShowsTheFile()
    {
        var folder = Path.GetDirectoryName(ThisFile())!;
        var document = File.ReadAllText(Path.Combine(folder, "..", "..", "..", "docs", "adding-an-operator.md"));
        var source = File.ReadAllText(Path.Combine(folder, "SoftSign.cs"));

        Assert.Contains(source[source.IndexOf("/// <summary>SoftSign", StringComparison.Ordinal)..].TrimEnd(), document, StringComparison.Ordinal);
    }

    private static string ThisFile([CallerFilePath] string file = "") => file;
}
