using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using NetCompiler.Compiler.Language;
using NetCompiler.Generator.Tests.Support;

namespace NetCompiler.Generator.Tests;

/// <summary>Networks in graph form: what is evaluated, what layers are called, what a network's other half looks like.</summary>
public class GraphTests
{
    /// <summary>The rules that only networks in graph form can break.</summary>
    public static readonly string[] Ids = ["NC0008", "NC0010", "NC0011", "NC0110", "NC0111", "NC0112"];

    [Fact]
    public void AResidualNetworkCompiles()
    {
        var generation = Generation.Run([new("NetCompilerVectorWidths", "256")], Networks.SmallResNet, """
            static class Use
            {
                static float Run(SmallResNet net) => net.Conv1.Weight.Values[0] + net.Residual3Batchnorm3.RunningMean.Values[0];
            }
            """);

        Assert.Empty(generation.Diagnostics);
        Assert.True(!generation.Problems.Any(), string.Join("\n", generation.Problems));
        Assert.Equal(
            ["SmallResNet.Inspect256.g.cs", "SmallResNet.Loss256.g.cs", "SmallResNet.Passes.g.cs", "SmallResNet.Predict256.g.cs", "SmallResNet.Train256.g.cs", "SmallResNet.g.cs"],
            generation.Result.GeneratedSources.Select(s => s.HintName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void LayersAreCalledAfterBlocksVariablesAndKinds() => Assert.Equal(
        ["conv1", "batchnorm1", "x", "residual1.conv1", "residual1.batchnorm1", "residual1.y", "residual1.conv2"],
        LayerNames(Networks.SmallResNet).Take(7));

    [Fact]
    public void ABlockBehindAVariableAndALayerBehindOneAreCalledAfterIt() => Assert.Equal(
        "stem.conv1 stem.body head again.conv1 again.body given dense1",
        string.Join(' ', LayerNames(Body("""
            var stem = Part(x);
            var head = Relu(stem);
            var again = Part(head);
            return Dense(Flatten(again, name: "given"), 3);
            """, "[Block] static Tensor Part(Tensor x) { var body = Conv(Conv(x, 2, 1), 2, kernel: (1, 2)); return body; }"))));

    [Theory]
    [InlineData("Dense(x, 3)", "Dense")]
    [InlineData("Helper(x)", "Relu Tanh")]
    [InlineData("-(x + 2)", "Affine Affine")]
    [InlineData("1 - x * 2f", "Affine Affine")]
    [InlineData("3 / x", "Power Affine")]
    [InlineData("Where(0.5 > x, x <= 1, x >= Relu(x))", "Less LessOrEqual Relu GreaterOrEqual Where")]
    [InlineData("x * x / (x - 1)", "Multiply Affine Divide")]
    [InlineData("Add(x, Relu(x)) - x", "Relu Add Subtract")]
    [InlineData("Concatenate([x, Relu(x)])", "Relu Concatenate")]
    [InlineData("Concatenate(new[] { x, x }, axis: 0)", "Concatenate")]
    [InlineData("Slice(x, 1, size: 2)", "Slice")]
    [InlineData("Mean(Pad(Reshape(x, [1, 2, -1]), new[] { 0, 1 }, PadMode.Reflect), axes: [1, 2])", "Reshape Pad Mean")]
    [InlineData("Conv(Subsample(x, 1), 2, 1, connections: \"X. XX .X\")", "Subsample Conv")]
    [InlineData("FixedConv(TopK(x, 1).Values, 1, 1, new double[] { 2 }, stride: 2)", "TopK FixedConv")]
    [InlineData("Expand(Variance(x, [1, 2], correction: 1), [3, 2, 2])", "Variance Expand")]
    [InlineData("Local(x, 3)", "Tanh Tanh Tanh")]
    [InlineData("Repeat(x, Depths[1] + Depths[^1])", "Sigmoid Sigmoid Sigmoid Sigmoid Sigmoid")]
    [InlineData("Choose(x, 0)", "Relu")]
    [InlineData("Choose(x, 7)", "Sigmoid")]
    [InlineData("Both(x)", "Relu Tanh Add")]
    [InlineData("Concatenate(Split(x, 2)[1..])", "Split Concatenate")]
    [InlineData("Apart(x)", "Split TopK Multiply Add")]
    [InlineData("Rounds(x)", "Relu Relu Tanh")]
    public void ExpressionsBecomeLayers(string expression, string layers)
    {
        var source = Body($$"""
            return {{expression}};
            Tensor Local(Tensor y, int count) => count == 0 ? y : Local(Tanh(y), count - 1);
            """, """
            static readonly int[] Depths = { 1, 2, 3 };
            static Tensor Helper(Tensor x) => Tanh(Relu(x));
            static Tensor Repeat(Tensor x, int count) { while (count-- > 0) x = Sigmoid(x); return x; }
            static Tensor Choose(Tensor x, int kind) => kind switch { 0 => Relu(x), > 3 and < 9 => Sigmoid(x), _ => Tanh(x) };
            static Tensor Both(Tensor x) { var (a, b) = (Relu(x), Tanh(x)); return a + b; }
            static Tensor Apart(Tensor x) { var (a, b) = Split(x, sizes: [1, 3]); var (values, _) = TopK(b, 2); return a + values * a; }
            static Tensor Rounds(Tensor x)
            {
                for (var i = 0; ; i++)
                {
                    if (i == 0) continue;
                    switch (i) { case 1: case 2: x = Relu(x); break; default: return Tanh(x); }
                }
            }
            """, input: "4");

        Assert.Equal(layers, string.Join(' ', Spec(source).Layers.Skip(1).Select(l => l.Kind)));
        Assert.Empty(Generation.Run([new("NetCompilerVectorWidths", "128")], source).Problems);
    }

    [Fact]
    public void LayersReadTheResultThatIsNamed()
    {
        var spec = Spec(Body("var (_, b) = Split(x, sizes: [1, 2]); var (values, indices) = TopK(b, 2); return indices * values + Split(x, 3)[^1];"));

        Assert.Equal(
            ["Split 0.0", "TopK 1.1", "Multiply 2.1 2.0", "Split 0.0", "Add 3.0 4.2"],
            spec.Layers.Skip(1).Select(l => $"{l.Kind} {string.Join(' ', l.Inputs.Select(i => $"{i.Layer}.{i.Index}"))}"));
        var model = NetworkBuilder.Build(spec).Model!;
        Assert.Equal([[1, 8, 8], [2, 8, 8]], model.Layers[0].Results.Select(r => r.Type.SampleShape.ToArray()));
    }

    [Fact]
    public void ArraysAndMembersOfEnumsAreArguments()
    {
        var layers = Spec(Body("return Upsample(Pad(x, [1, 2], PadMode.Edge), (2, 3), mode: UpsampleMode.Bilinear);")).Layers;

        Assert.Equal([1, 2], layers[1].Arguments.Ints("Padding").ToArray());
        Assert.Equal("Edge", layers[1].Arguments.Text("Mode"));
        Assert.Equal([2, 3], layers[2].Arguments.Ints("Scale").ToArray());
        Assert.Equal("Bilinear", layers[2].Arguments.Text("Mode"));
    }

    [Theory]
    [InlineData("Dense(x, «new System.Random(1).Next(3)»)", "a call of 'Next' cannot be part of a declaration")]
    [InlineData("Dense(x, 4 / «(s_zero / s_zero)»)", null)]
    [InlineData("Dense(x, «s_number»)", "'s_number' is neither a constant nor static and readonly")]
    [InlineData("Dense(x, «int.Parse(\"3\")»)", "a call of 'Parse' cannot be part of a declaration")]
    [InlineData("Forever(x)", "it did not end within 200000 steps")]
    [InlineData("Deep(x)", "calls are nested too deeply")]
    [InlineData("Dense(x, s_numbers[«3»])", null)]
    [InlineData("Add(Split(x, 2)[0], «Split(x, 2)[2]»)", "the index is 2, expected 0 to 1")]
    [InlineData("Concatenate(«Split(x, 2)[1..3]»)", "the range is 1..3, expected one within 0..2")]
    public void WhatCannotBeEvaluatedIsAnErrorAtTheExpression(string marked, string? reason)
    {
        var markup = new Markup(Body($"return {(marked.Contains('«', StringComparison.Ordinal) ? marked : "«" + marked + "»")};", """
            static int s_number = 3;
            static readonly int s_zero = 0;
            static readonly int[] s_numbers = { 1 };
            static Tensor Forever(Tensor x) { while (true) x = x; }
            static Tensor Deep(Tensor x) => Deep(x);
            """, input: "4"));
        var diagnostic = Assert.Single(Generation.Run(markup.Source).Diagnostics);

        Assert.Equal("NC0008", diagnostic.Id);
        if (reason is null)
            return;
        Assert.Equal("A network's methods are evaluated when it is compiled: " + reason, diagnostic.GetMessage());
        if (marked.Contains('«', StringComparison.Ordinal))
            Assert.Equal(markup.Span, diagnostic.Location.GetLineSpan().Span);
    }

    [Fact]
    public void ResultsAreTakenApartIntoAsManyVariables()
    {
        var markup = new Markup(Body("var «(a, b, c)» = Split(x, sizes: [1, 2]); return a;"));
        var diagnostic = Assert.Single(Generation.Run(markup.Source).Diagnostics);

        Assert.Equal("A network's methods are evaluated when it is compiled: 2 tensors are taken apart into 3 variables", diagnostic.GetMessage());
        Assert.Equal(markup.Span, diagnostic.Location.GetLineSpan().Span);
    }

    [Theory]
    [InlineData("static Tensor «Forward»(Tensor x) => Relu(x);", "[Forward] needs a [Shape(…)] on its parameter 'x'")]
    [InlineData("Tensor «Forward»([Shape(4)] Tensor x) => Relu(x);", "[Forward] needs a static method from Tensors to a Tensor or a tuple of Tensors")]
    [InlineData("static Tensor «Forward»([Shape(4)] Tensor x) => x;", "[Forward] has to return what a layer computes")]
    public void EntryPointsAreChecked(string method, string reason)
    {
        var markup = new Markup($"using static NetCompiler.Layers; [Network] public partial class Net {{ [Forward] {method} }}");
        var diagnostic = Assert.Single(Generation.Run(markup.Source).Diagnostics);

        Assert.Equal(("NC0008", "A network's methods are evaluated when it is compiled: " + reason), (diagnostic.Id, diagnostic.GetMessage()));
        Assert.Equal(markup.Span, diagnostic.Location.GetLineSpan().Span);
    }

    [Theory]
    [InlineData("NC0101", "Conv 'conv1' has a window of 9×9 but its input 3×8×8 is only 8×8 with padding", "return Flatten(Conv(x, 2, «kernel: 9»));")]
    [InlineData("NC0103", "Dense 'dense1' reads 3×8×8; put [Flatten] or [GlobalAveragePool] before it", "return «Dense(x, 2)»;")]
    [InlineData("NC0110", "Add 'add1' reads 3×8×8 and 2×8×8, expected extents that are equal or 1", "return Flatten(«x + Conv(x, 2, 1)»);")]
    [InlineData("NC0110", "Concatenate 'both' reads 3×8×8 and 3×4×4, expected equal extents but for axis 0", "var both = «Concatenate([x, MaxPool(x, 2)])»; return both;")]
    [InlineData("NC0107", "Split 'parts' cannot have Parts: 2 parts of 3 are not equal", "var parts = Split(x, «2»); return parts[1];")]
    [InlineData("NC0107", "Split 'split1' cannot have Sizes: they are [1, 1], expected numbers from 1 on whose sum is 3", "return Split(x, «sizes: [1, 1]»)[1];")]
    [InlineData("NC0105", "Dense 'dense1': Units is 0, expected 1 or more", "return Dense(Flatten(x), «0»);")]
    [InlineData("NC0106", "Two layers are called 'a'", "return Flatten(Relu(Relu(x, name: \"a\"), «name: \"a\"»));")]
    public void RulesAreReportedAtTheCall(string id, string message, string body)
    {
        var markup = new Markup(Body(body));
        var diagnostic = Assert.Single(Generation.Run(markup.Source).Diagnostics);

        Assert.Equal((id, message), (diagnostic.Id, diagnostic.GetMessage()));
        Assert.Equal(markup.Span, diagnostic.Location.GetLineSpan().Span);
    }

    [Fact]
    public void AnEditInAMethodThatANetworkCallsCompilesItAgain()
    {
        const string network = "using static NetCompiler.Layers; [Network] public partial class Net { [Forward] static Tensor F([Shape(4)] Tensor x) => Dense(x, Sizes.Units); }";
        var generation = Generation.Run([new("DesignTimeBuild", "true")], network, "static class Sizes { public const int Units = 3; }");
        var before = Api(generation);
        generation.Edit(1, "static class Sizes { public const int Units = 5; }");

        Assert.Contains("(3, 4)", before, StringComparison.Ordinal);
        Assert.Contains("(5, 4)", Api(generation), StringComparison.Ordinal);

        static string Api(Generation generation) => generation.Result.GeneratedSources.Single(s => s.HintName == "Net.g.cs").SourceText.ToString();
    }

    [Fact]
    public void TrainingANetworkWithoutALossIsAnErrorInThisFormToo() =>
        Assert.Equal((false, true), (HasLoss(Body("return Relu(x);")), HasLoss(Networks.SmallResNet)));

    private static bool HasLoss(string source) =>
        DeclarationReader.HasLoss(Generation.Compile(source).Assembly.GetTypeByMetadataName(source == Networks.SmallResNet ? "SmallResNet" : "Net")!);

    private static string Body(string body, string members = "", string input = "3, 8, 8") => $$"""
        using static NetCompiler.Layers;

        [Network]
        public sealed partial class Net
        {
            {{members}}

            [Forward]
            static Tensor Run([Shape({{input}})] Tensor x)
            {
                {{body}}
            }
        }
        """;

    private static NetworkSpec Spec(string source)
    {
        var compilation = Generation.Compile(source);
        var type = compilation.Assembly.GetTypeByMetadataName("Net") ?? compilation.Assembly.GetTypeByMetadataName("SmallResNet")!;
        var declaration = DeclarationReader.Read(type, DeclarationReader.NetworkPart(type, default)!, compilation, default)!;
        Assert.Empty(declaration.Diagnostics);
        return declaration.Spec;
    }

    private static ImmutableArray<string> LayerNames(string source) => [.. NetworkBuilder.Build(Spec(source)).Model!.Layers.Select(l => l.Name)];
}
