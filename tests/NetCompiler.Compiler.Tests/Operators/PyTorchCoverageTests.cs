using System.Text.Json;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops.Losses;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>That every layer and every loss is held against PyTorch, or that there is a reason why it is not.</summary>
public sealed class PyTorchCoverageTests
{
    // What PyTorch has no counterpart of, or none with numbers to compare.
    private static readonly Dictionary<string, string> s_without = new()
    {
        ["Dropout"] = "which elements it drops is decided by random numbers that are not those of PyTorch; DropoutTests hold it against its definition",
        ["StopGradient"] = "its values are its input's, and it has no gradient: EntryPointTests hold what is in front of it against differences",
        ["Uniform"] = "its random numbers are not those of PyTorch, and it has no gradient; SampleLayerTests compare it with their definition",
        ["Split"] = "it is made of slices, which are compared",
        ["GraphConv"] = "PyTorch has no graph convolution; SequenceFixtureTests compare it with products of adjacency matrices in PyTorch",
    };

    [Fact]
    public void EveryLayerIsComparedWithPyTorch()
    {
        var compared = Compared().ToHashSet();
        var all = LayerRegistry.Layers.Values.Where(l => l.Role == LayerRole.Body).Select(l => l.Signature.Name)
            .Concat(LossLayer.Functions.Keys).ToList();
        Assert.Empty(all.Where(kind => !compared.Contains(kind) && !s_without.ContainsKey(kind)));
        // What has a comparison needs no excuse, and neither does what is not there.
        Assert.Empty(s_without.Keys.Where(kind => compared.Contains(kind) || !all.Contains(kind)));
    }

    [Fact]
    public void ThereAreManyComparisons()
    {
        var fixtures = Read("pytorch.json");
        var names = fixtures.GetProperty("cases").EnumerateArray().Concat(fixtures.GetProperty("layers").EnumerateArray())
            .Select(c => c.GetProperty("name").GetString()).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.InRange(names.Count + Read("recurrent.json").GetArrayLength(), 200, 1000);
    }

    private static IEnumerable<string> Compared()
    {
        var fixtures = Read("pytorch.json");
        foreach (var @case in fixtures.GetProperty("cases").EnumerateArray())
        {
            var @operator = @case.GetProperty("operator").GetString()!;
            yield return @operator;
            // One operator is all comparisons.
            if (@operator == "Compare")
                yield return @case.GetProperty("attributes").GetProperty("function").GetString()!;
            foreach (var loss in LossLayer.Functions.Keys.Where(loss => OperatorOf(loss) == @operator))
                yield return loss;
        }

        foreach (var layer in fixtures.GetProperty("layers").EnumerateArray().Concat(Read("recurrent.json").EnumerateArray()))
            yield return layer.GetProperty("kind").GetString()!;
        foreach (var layer in SequenceFixtureTests.ChainNames.SelectMany(name => SequenceFixtureTests.Declared(name)))
            yield return layer.Kind;
    }

    private static string OperatorOf(string loss) =>
        Build(Layer("Input", ("Length", 4)), Layer("Dense", ("Units", 3)), Layer("Loss", ("Kind", loss))).Loss!.PerSample.Producer!.Operator.Name;

    private static JsonElement Read(string file) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", file))).RootElement;
}
