namespace NetCompiler.Packaging.Tests;

/// <summary>What packages hold and say, and what becomes of projects that have nothing but them.</summary>
public sealed class PackageTests(PackedFiles packed) : IClassFixture<PackedFiles>
{
    private const string Training = "NetCompiler.Training";

    public static TheoryData<string> Ids => ["NetCompiler", Training, "NetCompiler.Testing", "NetCompiler.Templates"];

    [Theory]
    [MemberData(nameof(Ids))]
    public void APackageDescribesItself(string id)
    {
        var description = packed.Description(id);

        Assert.Equal(id, description.Element("id")!.Value);
        Assert.Equal("MIT", description.Element("license")!.Value);
        Assert.Equal("README.md", description.Element("readme")!.Value);
        Assert.Contains("README.md", packed.Files(id));
        Assert.NotEqual("Package Description", description.Element("description")!.Value);
        Assert.Contains("neural-network", description.Element("tags")!.Value, StringComparison.Ordinal);
        Assert.Null(description.Element("developmentDependency"));
        Assert.True(id == "NetCompiler.Templates" || Directory.GetFiles(packed.Packages, id + ".0.*.snupkg").Length == 1);
    }

    [Fact]
    public void RuntimeAndGeneratorAreOnePackageWithoutDependencies()
    {
        Assert.Equal(
            [
                "analyzers/dotnet/cs/NetCompiler.Analyzers.dll", "analyzers/dotnet/cs/NetCompiler.CodeFixes.dll",
                "analyzers/dotnet/cs/NetCompiler.Compiler.dll", "analyzers/dotnet/cs/NetCompiler.Generator.dll",
                "buildTransitive/NetCompiler.props", "buildTransitive/NetCompiler.targets", "buildTransitive/RequiredProcessor.c",
                "lib/net10.0/NetCompiler.Runtime.dll", "lib/net10.0/NetCompiler.Runtime.xml",
                "lib/net9.0/NetCompiler.Runtime.dll", "lib/net9.0/NetCompiler.Runtime.xml",
            ],
            packed.Files("NetCompiler").Where(file => file.Split('/')[0] is "analyzers" or "buildTransitive" or "lib").Order());
        Assert.Empty(packed.Description("NetCompiler").Descendants("dependency"));
    }

    [Fact]
    public void TrainingBringsTheGeneratorWithIt()
    {
        var description = packed.Description(Training);
        var version = description.Element("version")!.Value;
        var dependencies = description.Descendants("dependency").Where(d => (string?)d.Attribute("id") == "NetCompiler").ToList();

        Assert.Equal(2, dependencies.Count);
        Assert.All(dependencies, d => Assert.Equal((version, "All"), ((string?)d.Attribute("version"), (string?)d.Attribute("include"))));
    }

    [NativeFact]
    public void AProjectFromTheTemplateRunsIsTestedAndIsPublished()
    {
        var folder = packed.CreateFolder("shapes");
        Succeed(packed.New(folder, "install", Directory.GetFiles(packed.Packages, "NetCompiler.Templates.*.nupkg").Single()));
        Succeed(packed.New(folder, "netcompiler"));

        var run = Succeed(packed.Dotnet(folder, "run"));
        var test = Succeed(packed.Dotnet(folder, "test"));
        var publish = Succeed(packed.Dotnet(folder, "publish"));

        Assert.Contains("a cross is taken for a cross", run, StringComparison.Ordinal);
        Assert.Matches(@"Passed:\s+4", test);
        Assert.DoesNotContain("warning", publish, StringComparison.OrdinalIgnoreCase);
        var programs = Directory.GetFiles(Path.Combine(folder, "bin", "Release"), "shapes", SearchOption.AllDirectories);
        var program = Assert.Single(programs, path => Path.GetFileName(Path.GetDirectoryName(path)) == "publish");
        Assert.Equal(Epochs(run), Epochs(Succeed(Tool.RunIn(folder, program))));
    }

    [Fact]
    public void AProjectNeedsNothingButThePackage()
    {
        var folder = packed.CreateFolder("small");
        File.WriteAllText(Path.Combine(folder, "small.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <NetCompilerVectorWidths>128</NetCompilerVectorWidths>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="NetCompiler" Version="{packed.Description("NetCompiler").Element("version")!.Value}" />
              </ItemGroup>
            </Project>
            """);
        var source = Path.Combine(folder, "Program.cs");
        File.WriteAllText(source, """
            using NetCompiler;

            using var net = new Small(seed: 1);
            System.Console.WriteLine(net.Predict([1f, 2f, 3f, 4f]).Length + " of " + string.Join(", ", Small.Description.VectorWidths));

            [Network, Input(4), Dense(2)]
            public sealed partial class Small;
            """);

        Assert.Equal("2 of 128", Succeed(packed.Dotnet(folder, "run")).Trim());

        File.WriteAllText(source, File.ReadAllText(source).Replace("Dense(2)", "Conv(2, 3)", StringComparison.Ordinal));
        var broken = packed.Dotnet(folder, "build");
        Assert.NotEqual(0, broken.Code);
        Assert.Contains("Program.cs(6,21): error NC0104", broken.Output, StringComparison.Ordinal);
    }

    /// <summary>What training said: native code with the same vectors gives the same bits.</summary>
    private static IEnumerable<string> Epochs(string output) =>
        output.Split('\n').Where(line => line.StartsWith("epoch ", StringComparison.Ordinal));

    private static string Succeed(Tool.Outcome outcome)
    {
        Assert.True(outcome.Code == 0, outcome.Output + outcome.Error);
        return outcome.Output;
    }
}
