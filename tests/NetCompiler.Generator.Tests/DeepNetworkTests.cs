using System.Globalization;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;
using NetCompiler.BuildCost;

namespace NetCompiler.Generator.Tests;

/// <summary>What is emitted for deep networks stays small and in small methods, and plans memory well.</summary>
public partial class DeepNetworkTests
{
    private static readonly KeyValuePair<string, string>[] s_oneWidth = [new("NetCompilerVectorWidths", "512")];

    // The goal is 3 MB for 200 layers; with bottlenecks the limit keeps what has been reached.
    [Theory]
    [InlineData("vgg-16", 1_000_000)]
    [InlineData("residual-200", 3_000_000)]
    [InlineData("bottleneck-200", 6_000_000)]
    public void SourceStaysSmall(string network, int limit)
    {
        var generation = Generation.Run(DeepNetworks.All[network]);

        Assert.Empty(generation.Diagnostics);
        Assert.InRange(generation.Files.Sum(f => Encoding.UTF8.GetByteCount(f.Text)), 1, limit);
    }

    [Fact]
    public void KernelsAreAsManyAsDifferentLayersNotAsDeepAsTheNetwork()
    {
        var shallow = Generation.Run(s_oneWidth, DeepNetworks.Residual(32));
        var deep = Generation.Run(s_oneWidth, DeepNetworks.Residual(50));

        Assert.Equal(Methods(shallow), Methods(deep));
    }

    [Theory]
    [InlineData("resnet-18")]
    [InlineData("vgg-16")]
    [InlineData("u-net")]
    public void APredictionNeedsLittleMoreThanIsAliveAtOnce(string network)
    {
        var generation = Generation.Run([new("NetCompilerDump", "true"), .. s_oneWidth], DeepNetworks.All[network]);

        var alive = long.Parse(AliveBytes().Match(generation["Deep.Predict512.dump.g.cs"]).Groups[1].Value, CultureInfo.InvariantCulture);
        var planned = long.Parse(ChunkBytes().Match(generation["Deep.Predict512.g.cs"]).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Contains("BatchBytes: 0,", generation["Deep.Predict512.g.cs"], StringComparison.Ordinal);
        Assert.InRange(planned, alive, alive * 11 / 10);
    }

    // Beyond some 700 multiply-adds or 14 KB of intermediate language, compilers leave loops as they are.
    [Theory]
    [InlineData("residual-20")]
    [InlineData("vgg-16")]
    public void MethodsStaySmallEnoughToBeOptimised(string network)
    {
        var generation = Generation.Run(s_oneWidth, DeepNetworks.All[network]);
        using var stream = new MemoryStream();
        Assert.True(generation.WithGenerated.Emit(stream).Success);
        stream.Position = 0;
        using var assembly = new PEReader(stream);
        var metadata = assembly.GetMetadataReader();
        var methods = metadata.MethodDefinitions.Select(metadata.GetMethodDefinition).Where(m => m.RelativeVirtualAddress != 0)
            .ToLookup(m => metadata.GetString(m.Name), m => assembly.GetMethodBody(m.RelativeVirtualAddress).GetILBytes()!.Length);

        foreach (var text in generation.Files.Select(f => f.Text).Where(t => t.Contains(": CompiledPass\n", StringComparison.Ordinal)))
        {
            foreach (Match kernel in Kernel().Matches(text))
            {
                var name = kernel.Groups[1].Value;
                Assert.InRange(kernel.Value.Split("MultiplyAddEstimate(").Length - 1, 0, 700);
                Assert.All(methods[name], bytes => Assert.InRange(bytes, 1, 14 * 1024));
            }
        }
    }

    private static int Methods(Generation generation) =>
        generation.Files.Sum(f => f.Text.Split("EmittedCode.Kernel)]").Length - 1);

    [GeneratedRegex("of a chunk alive at once: ([0-9]+) bytes")]
    private static partial Regex AliveBytes();

    [GeneratedRegex("ChunkBytes: ([0-9]+),")]
    private static partial Regex ChunkBytes();

    // A method up to the brace that ends it.
    [GeneratedRegex("private static void ([A-Za-z0-9_]+)\\(.*?\n\t\t}\n", RegexOptions.Singleline)]
    private static partial Regex Kernel();
}
