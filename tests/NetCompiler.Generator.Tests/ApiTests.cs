using System.Globalization;
using NetCompiler.Generator.Tests.Support;

namespace NetCompiler.Generator.Tests;

public class ApiTests
{
    // Without kernels, which take time.
    private static readonly KeyValuePair<string, string>[] s_editor = [new("DesignTimeBuild", "true")];

    [Fact]
    public void CourseNetwork() => Snapshot.Verify(File(Generation.Run(s_editor, Networks.Course), "Samples.DigitNet.g.cs"));

    [Fact]
    public void BrokenNetwork() =>
        Snapshot.Verify(File(Generation.Run(s_editor, "[Network, Input(4)] public partial class Net;"), "Net.g.cs"));

    [Fact]
    public void ParametersOfEveryKind() => Snapshot.Verify(File(Generation.Run(s_editor, """
        [Network]
        [Input(4, 8, 8)]
        [Conv(8, 3, Groups = 4, Bias = false, Name = "grouped"), BatchNorm(Name = "parameters"), GlobalAveragePool, BatchNorm, Dense(3)]
        internal partial class Net;
        """), "Net.g.cs"));

    [Fact]
    public void TheTextIsTheSameInEveryRunAndUnderEveryCulture()
    {
        var culture = CultureInfo.CurrentCulture;
        var texts = new List<string>();
        try
        {
            foreach (var name in new[] { "", "", "de-DE", "tr-TR" })
            {
                CultureInfo.CurrentCulture = Culture(name);
                var result = Generation.Run([new("NetCompilerVectorWidths", "256")], Networks.Course, Networks.LeNet).Result;
                texts.Add(string.Join("\n", result.GeneratedSources.Select(s => s.HintName + "\n" + s.SourceText)));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        Assert.Single(texts.Distinct());
    }

    [Theory]
    [InlineData("", "[512, 256, 128]")]
    [InlineData("256", "[256]")]
    [InlineData("128;512", "[512, 128]")]
    [InlineData("128, 256", "[256, 128]")]
    [InlineData("512|128", "[512, 128]")]
    [InlineData("1024", "[512, 256, 128]")]
    public void VectorWidthsAreThoseOfTheBuild(string property, string expected)
    {
        var generation = Generation.Run([new("NetCompilerVectorWidths", property), .. s_editor], Networks.Course);

        Assert.Contains($"VectorWidths: {expected});", File(generation, "Samples.DigitNet.g.cs"));
    }

    [Fact]
    public void AnEditorGetsNoKernelsAndNoErrors()
    {
        var generation = Generation.Run(s_editor, Networks.Course);

        Assert.Equal(["Samples.DigitNet.g.cs"], generation.Result.GeneratedSources.Select(s => s.HintName));
        Assert.Empty(generation.Problems);
    }

    [Fact]
    public void UsersOfABrokenNetworkGetNoFurtherErrors()
    {
        var generation = Generation.Run("""
            [Network, Input(1, 4, 4), Conv(2, 9)] public partial class Net;

            static class Use
            {
                static float[] Run()
                {
                    using var net = new Net(seed: 1);
                    using var session = net.CreateSession(maxBatch: 2, threads: 1);
                    return net.Predict(new float[16]);
                }
            }
            """);

        Assert.Equal(["NC0101"], generation.Diagnostics.Select(d => d.Id));
        Assert.Empty(generation.Problems);
    }

    private static string File(Generation generation, string name) =>
        generation.Result.GeneratedSources.Single(s => s.HintName == name).SourceText.ToString();

    // The cultures themselves may not be installed: what could leak is made by hand.
    private static CultureInfo Culture(string name)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        if (name.Length == 0)
            return culture;
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "−";
        return culture;
    }
}
