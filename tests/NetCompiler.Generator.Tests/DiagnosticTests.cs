using Microsoft.CodeAnalysis;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Language;
using NetCompiler.Generator.Tests.Support;

namespace NetCompiler.Generator.Tests;

/// <summary>Every rule: what breaks it, where it is reported, what it says.</summary>
public class DiagnosticTests
{
    public static TheoryData<string, string, string> Broken => new()
    {
        {
            "NC0001", "'Net' is marked [Network] but is not partial; the generator has to add to it",
            "[Network, Input(4), Dense(2)] public class «Net»;"
        },
        {
            "NC0002", "'Net' needs exactly one [Input(channels, height, width)], [Input(rows, columns)] or [Input(length)] before its first layer, found none",
            "[Network, Dense(2)] public partial class «Net»;"
        },
        {
            "NC0002", "'Net' needs exactly one [Input(channels, height, width)], [Input(rows, columns)] or [Input(length)] before its first layer, found 2",
            """
            [Network]
            [Input(4)]
            [Relu, «Input(2, 3, 3)»]
            public partial class Net;
            """
        },
        {
            "NC0002",
            "'Net' needs exactly one [Input(channels, height, width)], [Input(rows, columns)] or [Input(length)] before its first layer, found it after [Relu]",
            "[Network, Relu, «Input(4)», Dense(2)] public partial class Net;"
        },
        {
            "NC0003", "'Net' has layer attributes on 2 of its partial declarations; their order is not defined, put them all on one",
            """
            [Network, Input(4), Dense(2)]
            public partial class Net;

            [«Relu», Dense(1)]
            public partial class Net;
            """
        },
        {
            "NC0009", "'Net' freezes 'conv?', but none of its parameters is called so",
            """
            [Network, Input(4), Dense(2), Freeze("dense*", «"conv?"»)]
            public partial class Net;
            """
        },
        { "NC0004", "'Net' has an input but no layers", "[Network, Input(4)] public partial class «Net»;" },
        { "NC0004", "'Net' has an input but no layers", "[Network, Input(4), Loss(Loss.CrossEntropy)] public partial class «Net»;" },
        {
            "NC0005", "'Net' cannot be a network: it is nested in 'Outer'",
            """
            public partial class Outer
            {
                [Network, Input(4), Dense(2)] public partial class «Net»;
            }
            """
        },
        {
            "NC0007", "'Net' has layers as attributes and a [Forward] method; a network is declared by the one or the other",
            """
            [Network, Input(4), Dense(2)]
            public partial class «Net»
            {
                [Forward] static Tensor Run([Shape(4)] Tensor x) => Layers.Relu(x);
            }
            """
        },
        { "NC0005", "'Net' cannot be a network: it is generic", "[Network, Input(4), Dense(2)] public partial class «Net»<T>;" },
        { "NC0005", "'Net' cannot be a network: it is static", "[Network, Input(4), Dense(2)] public static partial class «Net»;" },
        { "NC0005", "'Net' cannot be a network: it is abstract", "[Network, Input(4), Dense(2)] public abstract partial class «Net»;" },
        { "NC0005", "'Net' cannot be a network: it is a record", "[Network, Input(4), Dense(2)] public partial record «Net»;" },
        { "NC0005", "'Net' cannot be a network: it is local to a file", "[Network, Input(4), Dense(2)] file partial class «Net»;" },
        {
            "NC0005", "'Net' cannot be a network: it derives from 'Exception'",
            "[Network, Input(4), Dense(2)] public partial class «Net» : System.Exception;"
        },
        {
            "NC0006", "'Net' can have one [Loss(…)], after its last layer, found 2",
            "[Network, Input(4), Dense(2), Loss(Loss.CrossEntropy), «Loss(Loss.MeanSquaredError)»] public partial class Net;"
        },
        {
            "NC0006", "'Net' can have one [Loss(…)], after its last layer, found [Softmax] after it",
            "[Network, Input(4), Dense(2), «Loss(Loss.CrossEntropy)», Softmax] public partial class Net;"
        },
        {
            "NC0101", "Conv 'conv2' has a window of 7×7 but its input 4×6×6 is only 6×6 with padding",
            """
            [Network]
            [Input(1, 8, 8)]
            [Conv(4, 3), Conv(4, «7»)]
            public partial class Net;
            """
        },
        {
            "NC0101", "Conv 'conv1' has a window of 3×11 but its input 1×8×8 is only 10×10 with padding",
            "[Network, Input(1, 8, 8), Conv(4, «3», 11, Padding = 1)] public partial class Net;"
        },
        {
            "NC0101", "MaxPool 'pool' has a window of 3×3 but its input 1×2×2 is only 2×2 with padding",
            "[Network, Input(1, 2, 2), MaxPool(«3», Name = \"pool\")] public partial class Net;"
        },
        {
            "NC0102", "Conv 'conv1' has 3 groups, which must divide its 4 input channels and its 6 output channels",
            "[Network, Input(4, 8, 8), Conv(6, 3, «Groups = 3»)] public partial class Net;"
        },
        {
            "NC0103", "Dense 'dense1' reads 1×8×8; put [Flatten] or [GlobalAveragePool] before it",
            "[Network, Input(1, 8, 8), Relu, «Dense(10)»] public partial class Net;"
        },
        {
            "NC0104", "Conv 'conv1' needs an input of channels×height×width but reads 64",
            "[Network, Input(1, 8, 8), Flatten, «Conv(4, 3)»] public partial class Net;"
        },
        {
            "NC0104", "GlobalAveragePool 'globalaveragepool1' needs an input of channels×height×width but reads 8",
            "[Network, Input(8), «GlobalAveragePool»] public partial class Net;"
        },
        {
            "NC0105", "Conv 'conv1': Channels is 0, expected 1 or more",
            "[Network, Input(1, 8, 8), Conv(«0», 3)] public partial class Net;"
        },
        {
            "NC0105", "Conv 'conv1': Stride is 0, expected 1 to 16384",
            "[Network, Input(1, 8, 8), Conv(4, 3, «Strides = new[] { 1, 0 }»)] public partial class Net;"
        },
        {
            "NC0105", "Conv 'conv1': Padding is -2, expected -1 to 16384",
            "[Network, Input(1, 8, 8), Conv(4, 3, «Padding = -2»)] public partial class Net;"
        },
        {
            "NC0105", "MaxPool 'maxpool1': Window is 2147483647, expected 1 to 16384",
            "[Network, Input(1, 8, 8), MaxPool(«int.MaxValue»)] public partial class Net;"
        },
        {
            "NC0105", "Dropout 'dropout1': Rate is 1, expected 0 or more and less than 1",
            "[Network, Input(8), Dropout(«1.0»)] public partial class Net;"
        },
        { "NC0121", "Transpose 'transpose1' needs rows and columns but reads 4", "[Network, Input(4), «Transpose»] public partial class Net;" },
        { "NC0109", "Permute 'permute1': Axes is not valid: it takes each axis of 3×4 once: 0, 1 in any order",
            "[Network, Input(3, 4), Permute(«1», 1)] public partial class Net;" },
        {
            "NC0122", "Embedding 'embedding1' needs integers but reads numbers of 4; declare the input with Type = ElementType.Int32",
            "[Network, Input(4), «Embedding(10, 3)»] public partial class Net;"
        },
        {
            "NC0123", "Dense 'dense1' computes with numbers but reads integers; put [Embedding] before it",
            "[Network, Input(4, Type = ElementType.Int32), «Dense(3)»] public partial class Net;"
        },
        { "NC0120", "Dense 'dense1' needs a vector, a sequence or an image but reads a scalar", "[Network, Input, «Dense(2)»] public partial class Net;" },
        {
            "NC0130", "Lstm 'lstm2' goes through a sequence of steps×features but reads 4",
            "[Network, Input(3, 2), Lstm(4), «Lstm(4)»] public partial class Net;"
        },
        {
            "NC0109", "Rnn 'rnn1': Activation is not valid: an activation is Tanh or Relu, not Sigmoid",
            "[Network, Input(3, 2), Rnn(4, «Activation = \"Sigmoid\"»)] public partial class Net;"
        },
        { "NC0105", "Input 'input': Columns is 0, expected 1 or more", "[Network, Input(3, «0»), Relu] public partial class Net;" },
        { "NC0105", "Input 'input': Height is 0, expected 1 or more", "[Network, Input(1, «0», 8), Relu] public partial class Net;" },
        {
            "NC0105", "Input 'input': Deviation is 0, expected finite numbers greater than 0",
            "[Network, Input(2, 8, 8, «Deviation = new[] { 1.0, 0 }»), Relu] public partial class Net;"
        },
        {
            "NC0105", "Dense 'dense1': the number of all parameters so far is 1000020000, expected at most 536870911",
            "[Network, Input(50_000), «Dense(20_000)»] public partial class Net;"
        },
        {
            "NC0105", "Input 'input': the number of outputs is 7.74E+25, expected at most 536870911",
            "[Network, «Input(1 << 28, 1 << 28, 1 << 30)», Relu] public partial class Net;"
        },
        {
            "NC0106", "Two layers are called 'Block'",
            "[Network, Input(8), Dense(2, Name = \"block\"), Dense(2, «Name = \"Block\"»)] public partial class Net;"
        },
        { "NC0106", "Two layers are called 'input'", "[Network, Input(8), Dense(2, «Name = \"input\"»)] public partial class Net;" },
        {
            "NC0107",
            "Loss CrossEntropy needs a vector with one number for each of two or more classes, but the network ends with Relu of 2×8×8",
            "[Network, Input(2, 8, 8), Relu, Loss(«Loss.CrossEntropy»)] public partial class Net;"
        },
        {
            "NC0107", "Loss BinaryCrossEntropy needs Sigmoid or logits, but the network ends with Softmax of 8",
            "[Network, Input(8), Softmax, Loss(«Loss.BinaryCrossEntropy»)] public partial class Net;"
        },
        {
            "NC0108", "'2nd' is not a valid layer name: use letters, digits and underscores, not beginning with a digit",
            "[Network, Input(8), Dense(2, «Name = \"2nd\"»)] public partial class Net;"
        },
        {
            "NC0108", "'' is not a valid layer name: use letters, digits and underscores, not beginning with a digit",
            "[Network, Input(8), Dense(2, «Name = \"\"»)] public partial class Net;"
        },
        {
            "NC0109", "Conv 'conv1': Stride is not valid: it takes one number, or two: height and width",
            "[Network, Input(1, 8, 8), Conv(4, 3, «Strides = new[] { 1, 1, 1 }»)] public partial class Net;"
        },
        {
            "NC0109", "Conv: Strides is not valid: Stride is given twice",
            "[Network, Input(1, 8, 8), Conv(4, 3, Stride = 1, «Strides = new[] { 1, 1 }»)] public partial class Net;"
        },
        {
            "NC0109", "Dense: Name is not valid: it is null",
            "[Network, Input(8), Dense(4, «Name = null!»)] public partial class Net;"
        },
        {
            "NC0109", "Input 'input': Mean is not valid: it takes one number, or one for each of the 3 channels, found 2",
            "[Network, Input(3, 8, 8, «Mean = new[] { 0.1, 0.2 }»), Relu] public partial class Net;"
        },
        {
            "NC0109", "Input 'input': Type is not valid: an input is Float32, UInt8 or Int32, not 7",
            "[Network, Input(3, 8, 8, «Type = (ElementType)7»), Relu] public partial class Net;"
        },
        {
            "NC0109", "Loss 'loss': Kind is not valid: '99' is none of BinaryCrossEntropy, CrossEntropy, Hinge, Huber, KLDivergence, MeanAbsoluteError, MeanSquaredError",
            "[Network, Input(8), Relu, Loss(«(Loss)99»)] public partial class Net;"
        },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void ARuleIsReportedWhereItIsBroken(string id, string message, string marked)
    {
        var markup = new Markup("namespace User;\n\n" + marked);

        var diagnostic = Assert.Single(Generation.Run(markup.Source).Diagnostics);

        Assert.Equal((id, message), (diagnostic.Id, diagnostic.GetMessage()));
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.Equal(("File0.cs", markup.Span), (diagnostic.Location.GetLineSpan().Path, diagnostic.Location.GetLineSpan().Span));
        Assert.Equal($"https://github.com/netcompiler/netcompiler/blob/main/docs/diagnostics/{id}.md", diagnostic.Descriptor.HelpLinkUri);
    }

    [Fact]
    public void EveryRuleIsTested() => Assert.Equal(
        Rules.All.Select(rule => rule.Id).Order(),
        Broken.Select(row => (string)((object[])row)[0]).Concat([TrainingAnalyzerTests.Id, RuntimeVersionTests.Id, NativeExportTests.Id, DeviceTests.PropertyId])
            .Concat(GraphTests.Ids).Append("NC9999").Distinct().Order());

    [Fact]
    public void ADeclarationsMistakesAsAWholeAreReportedTogether()
    {
        var diagnostics = Generation.Run(
            "[Network, Input(4), Input(8), Dense(2, Name = \"a b\"), Loss(Loss.CrossEntropy), Loss(Loss.CrossEntropy)] partial class Net;")
            .Diagnostics;

        Assert.Equal(["NC0002", "NC0006", "NC0108"], diagnostics.Select(d => d.Id).Order());
    }

    [Fact]
    public void OneNetworksMistakeLeavesTheOthersAlone()
    {
        var generation = Generation.Run("[Network, Input(4)] partial class Bad;", "[Network, Input(4), Dense(2)] partial class Good;");

        Assert.Equal(["NC0004"], generation.Diagnostics.Select(d => d.Id));
        var good = generation.Result.GeneratedSources.Single(s => s.HintName == "Good.g.cs").SourceText.ToString();
        Assert.Contains("Dense1Parameters", good);
    }

    [Fact]
    public void PartsInSeveralFilesAreFine()
    {
        var generation = Generation.Run("[Network, Input(4), Dense(2)] partial class Net;", "partial class Net { public int More => 1; }");

        Assert.Empty(generation.Diagnostics);
        Assert.Empty(generation.Problems);
    }

    [Fact]
    public void LayersMayStandOnAnotherPartThanNetwork()
    {
        var generation = Generation.Run("[Network] public partial class Net;", "[Input(4), Dense(2)] partial class Net;");

        Assert.Empty(generation.Diagnostics);
        Assert.Empty(generation.Problems);
    }

    [Fact]
    public void APragmaSuppresses() => Assert.Empty(Generation.Run("""
        #pragma warning disable NC0004
        [Network, Input(4)] public partial class Net;
        """).Diagnostics);

    [Theory]
    [InlineData(ReportDiagnostic.Suppress, null)]
    [InlineData(ReportDiagnostic.Warn, DiagnosticSeverity.Warning)]
    public void TheBuildsSeverityCounts(ReportDiagnostic report, DiagnosticSeverity? expected)
    {
        var generation = Generation.Run("[Network, Input(4)] public partial class Net;");
        generation.With(generation.Compilation.Options.WithSpecificDiagnosticOptions([new("NC0004", report)]));

        Assert.Equal(expected, generation.Diagnostics.SingleOrDefault()?.Severity);
    }

    [Fact]
    public void ADefectOfTheCompilerIsADiagnosticAtTheClass()
    {
        var markup = new Markup("[Network, Input(4), Dense(2)] public partial class «Net»;");
        var declaration = new NetworkDeclaration("Net", new NetworkSpec("", "Net", true, []), [], DeclarationState.Complete);

        var network = CompiledNetwork.Guard(declaration, () => throw new InvalidOperationException("No such\nthing."));
        var diagnostic = DiagnosticReporter.Create(
            Generation.Compile(markup.Source), network.MetadataName, Assert.Single(network.Diagnostics), CancellationToken.None);

        Assert.Equal("NC9999", diagnostic.Id);
        Assert.Equal(
            "'Net' could not be compiled because of a defect of the compiler: InvalidOperationException: No such thing.",
            diagnostic.GetMessage());
        Assert.Equal(markup.Span, diagnostic.Location.GetLineSpan().Span);
    }

    [Fact]
    public void CancellationIsNoDefect()
    {
        var declaration = new NetworkDeclaration("Net", new NetworkSpec("", "Net", true, []), [], DeclarationState.Complete);

        Assert.Throws<OperationCanceledException>(() => CompiledNetwork.Guard(declaration, () => throw new OperationCanceledException()));
    }
}
