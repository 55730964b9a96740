using NetCompiler.BuildCost;

namespace NetCompiler.Generator.Tests;

/// <summary>What users call their own types does not matter to what is emitted beside them.</summary>
public class HiddenNamesTests
{
    private const string Chain = """
        [Network, Input(1, 8, 8), Conv(4, 3), BatchNorm, Relu, MaxPool(2), Flatten, Dense(3), Loss(Loss.CrossEntropy)]
        public partial class Net;
        """;

    private const string Graph = """
        [Network]
        public partial class Net
        {
            [Forward]
            static Tensor Forward([Shape(4)] Tensor x) => Layers.Dense(x, 3);

            [Objective]
            static Tensor Objective([Shape(4)] Tensor x) => Layers.Sum(Forward(x));
        }
        """;

    private const string Recurrent = """
        [Network, Input(20, Type = ElementType.Int32), Embedding(50, 8), Lstm(8, ReturnSequences = true), Gru(4), Dense(2)]
        public partial class Net;
        """;

    public static TheoryData<string> Networks =>
        [Declared(Chain), Declared(Graph), Declared(Recurrent), DeepNetworks.All["vgg-16"], DeepNetworks.All["residual-20"]];

    [Theory]
    [MemberData(nameof(Networks))]
    public void TypesOfTheUserMayBeCalledLikeThoseOfTheRuntime(string network)
    {
        var names = typeof(NetCompiler.Runtime.CompiledPass).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == "NetCompiler.Runtime" && !type.IsNested)
            .Select(type => type.Name.Split('`')[0]).Distinct().ToList();
        Assert.Contains("StageClock", names);
        var types = string.Join("\n", names.Select(name => $"public static class {name} {{ }}"));

        var generation = Generation.Run([new("NetCompilerVectorWidths", "512"), new("NetCompilerCuda", "true")], $"{network}\n{types}");

        Assert.Empty(generation.Problems);
        Assert.Contains(generation.Files, file => file.HintName.Contains("Predict512", StringComparison.Ordinal));
        Assert.Contains(generation.Files, file => file.HintName.Contains("PredictDevice", StringComparison.Ordinal));
    }

    private static string Declared(string network) => $"using NetCompiler;\nnamespace Mine;\n{network}";
}
