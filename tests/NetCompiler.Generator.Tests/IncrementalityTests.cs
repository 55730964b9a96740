using Microsoft.CodeAnalysis;
using NetCompiler.Generator.Tests.Support;

namespace NetCompiler.Generator.Tests;

public class IncrementalityTests
{
    private const string Small = "[Network, Input(4), Dense(2)] public partial class Small;";

    private static readonly string[] s_compilation = [NetworkGenerator.ApiStep, NetworkGenerator.KernelsStep];

    [Fact]
    public void AnEditInAnotherFileRunsNothingAgain()
    {
        var generation = Generation.Run(Networks.Course, "static class Other { static int X => 1; }");

        generation.Edit(1, "static class Other { static int Y => 2; }");

        Assert.Equal([IncrementalStepRunReason.Unchanged], Reasons(generation, NetworkGenerator.DeclarationStep, "DigitNet"));
        Assert.All(s_compilation, step => Assert.Equal([IncrementalStepRunReason.Cached], Reasons(generation, step, "DigitNet")));
        var options = generation.Result.TrackedSteps[NetworkGenerator.OptionsStep].SelectMany(s => s.Outputs).Select(o => o.Reason);
        Assert.All(options, reason => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
        AssertOutputsAreCached(generation);
    }

    [Fact]
    public void AnEditInAnotherFileRunsNoGraphAgain()
    {
        var generation = Generation.Run(Networks.SmallResNet, "static class Other { static int X => 1; }");

        generation.Edit(1, "static class Other { static int Y => 2; }");

        Assert.Equal([IncrementalStepRunReason.Unchanged], Reasons(generation, NetworkGenerator.DeclarationStep, "SmallResNet"));
        Assert.All(s_compilation, step => Assert.Equal([IncrementalStepRunReason.Cached], Reasons(generation, step, "SmallResNet")));
        AssertOutputsAreCached(generation);
    }

    [Fact]
    public void AnEditBesideTheDeclarationRunsNothingAgain()
    {
        var generation = Generation.Run("// One line." + "\n" + Networks.Course);

        var sameInOtherWords = Networks.Course.Replace("[Flatten, Dense(100), Relu]", "[Flatten]\n[Dense(units: 50 + 50)]\n[Relu]");
        generation.Edit(0, "// Two\n// lines.\n" + sameInOtherWords);

        Assert.All(s_compilation, step => Assert.Equal([IncrementalStepRunReason.Cached], Reasons(generation, step, "DigitNet")));
        AssertOutputsAreCached(generation);
    }

    [Fact]
    public void AnEditOfAnArgumentRunsThatNetworkAgainAndNoOther()
    {
        var generation = Generation.Run(Networks.Course, Small);

        generation.Edit(1, Small.Replace("Dense(2)", "Dense(3)"));

        foreach (var step in s_compilation)
        {
            Assert.Equal([IncrementalStepRunReason.Cached], Reasons(generation, step, "DigitNet"));
            Assert.Equal([IncrementalStepRunReason.Modified], Reasons(generation, step, "Small"));
        }
    }

    [Fact]
    public void ABrokenNetworksPlaceIsLookedUpAgain()
    {
        const string broken = "[Network, Input(4)] public partial class Net;";
        var generation = Generation.Run(broken);

        generation.Edit(0, "\n" + broken);

        Assert.Equal(1, Assert.Single(generation.Diagnostics).Location.GetLineSpan().StartLinePosition.Line);
        Assert.Equal([IncrementalStepRunReason.Cached], Reasons(generation, NetworkGenerator.ApiStep, "Net"));
    }

    [Fact]
    public void OtherOptionsOfTheCompilationRunNothingAgain()
    {
        var generation = Generation.Run(Small);

        generation.With(generation.Compilation.Options.WithOverflowChecks(true));

        Assert.All(s_compilation, step => Assert.Equal([IncrementalStepRunReason.Cached], Reasons(generation, step, "Small")));
    }

    private static void AssertOutputsAreCached(Generation generation)
    {
        var outputs = generation.Result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs).ToList();
        Assert.NotEmpty(outputs);
        Assert.All(outputs, output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    private static IEnumerable<IncrementalStepRunReason> Reasons(Generation generation, string step, string network) =>
        generation.Result.TrackedSteps[step].SelectMany(s => s.Outputs)
            .Where(output => Name(output.Value).EndsWith(network, StringComparison.Ordinal))
            .Select(output => output.Reason);

    private static string Name(object value) => value switch
    {
        NetworkDeclaration declaration => declaration.MetadataName,
        CompiledNetwork network => network.MetadataName,
        _ => throw new ArgumentException($"A step's result is a {value.GetType()}.", nameof(value)),
    };
}
