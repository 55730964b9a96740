using NetCompiler.Compiler.Printers;
using NetCompiler.Generator.Tests.Support;

namespace NetCompiler.Generator.Tests;

/// <summary>Functions for C: what is emitted, under which names. tests/NetCompiler.Native.Tests calls them.</summary>
public class NativeExportTests
{
    public const string Id = "NC0401";

    private static readonly KeyValuePair<string, string>[] s_exports =
        [new("NetCompilerNativeExports", "true"), new("NetCompilerVectorWidths", "128")];

    [Fact]
    public void Functions() => Snapshot.Verify(File("Samples.DigitNet.NativeExports.g.cs", Networks.Course));

    [Fact]
    public void Header() => Snapshot.Verify(File("Samples.DigitNet/digit_net.h.g.cs", Networks.Course));

    [Fact]
    public void FloatsAndTheGlobalNamespace() =>
        Assert.Contains("int le_net_predict(le_net *network, const float *samples, size_t count, float *outputs);",
            File("LeNet/le_net.h.g.cs", Networks.LeNet));

    [Fact]
    public void WhatIsEmittedCompiles() => Assert.Empty(Generation.Run(s_exports, Networks.Course, Networks.LeNet).Problems);

    [Fact]
    public void NothingIsEmittedUnlessTheBuildAsks() => Assert.DoesNotContain(
        Generation.Run([new("NetCompilerVectorWidths", "128")], Networks.Course).Result.GeneratedSources,
        source => source.HintName.Contains("NativeExports", StringComparison.Ordinal) || source.HintName.Contains(".h.", StringComparison.Ordinal));

    [Theory]
    [InlineData("DigitNet", "digit_net")]
    [InlineData("LeNet5", "le_net5")]
    [InlineData("HTTPNet", "http_net")]
    [InlineData("VGG16Small", "vgg16_small")]
    [InlineData("Net", "net")]
    [InlineData("my_Net", "my_net")]
    [InlineData("Größe", null)]
    public void NamesAreThoseOfC(string name, string? expected) => Assert.Equal(expected, CName.Of(name));

    [Fact]
    public void TwoNetworksOfOneNameAreAnError()
    {
        const string second = "namespace B { [Network, Input(4), Dense(2)] public partial class «DigitNet»; }";
        var markup = new Markup(second);
        var generation = Generation.Run(
            s_exports, "namespace A { [Network, Input(4), Dense(2)] public partial class DigitNet; }", markup.Source);

        var diagnostic = Assert.Single(generation.Diagnostics);
        Assert.Equal(Id, diagnostic.Id);
        Assert.Equal(
            "'DigitNet' cannot be exported to C: the names of its functions, 'digit_net_…', are those of 'A.DigitNet'",
            diagnostic.GetMessage());
        Assert.Equal(("File1.cs", markup.Span), (diagnostic.Location.GetLineSpan().Path, diagnostic.Location.GetLineSpan().Span));
    }

    [Fact]
    public void ANameBeyondAsciiIsAnErrorWhereItIsExported()
    {
        const string source = "[Network, Input(4), Dense(2)] public partial class Größe;";

        Assert.Equal(
            "'Größe' cannot be exported to C: its name has characters beyond ASCII",
            Assert.Single(Generation.Run(s_exports, source).Diagnostics).GetMessage());
        Assert.Empty(Generation.Run(source).Diagnostics);
    }

    private static string File(string name, string source) =>
        Generation.Run(s_exports, source).Result.GeneratedSources.Single(s => s.HintName == name).SourceText.ToString();
}
