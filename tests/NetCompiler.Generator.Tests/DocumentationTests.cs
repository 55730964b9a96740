using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Generator.Tests.Support;

namespace NetCompiler.Generator.Tests;

public class DocumentationTests
{
    public static TheoryData<string> Ids => [.. Rules.All.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void EveryRuleHasAPage(string id)
    {
        var page = File.ReadAllText(Repository.PathOf($"docs/diagnostics/{id}.md"));

        Assert.StartsWith($"# {id}: {Rules.All.Single(rule => rule.Id == id).Title}\n", page);
        Assert.Contains("\n## Cause\n", page);
        Assert.Contains("\n## Example\n", page);
        Assert.Contains("\n## Fix\n", page);
    }

    [Fact]
    public void EveryPageIsOfARuleAndTheIndexListsThemAll()
    {
        var folder = Repository.PathOf("docs/diagnostics");
        var ids = Rules.All.Select(rule => rule.Id).ToList();
        var index = File.ReadAllText(Path.Combine(folder, "README.md"));

        Assert.Equal(ids.Order(), Directory.GetFiles(folder, "NC*.md").Select(path => Path.GetFileNameWithoutExtension(path)!).Order());
        Assert.All(Rules.All, rule => Assert.Contains($"| [{rule.Id}]({rule.Id}.md) | {rule.Title} |", index));
    }

    [Fact]
    public void ReleaseTrackingListsEveryRule()
    {
        var files = new[] { "Shipped", "Unshipped" }
            .Select(name => File.ReadAllLines(Repository.PathOf($"generator/NetCompiler.Generator/AnalyzerReleases.{name}.md")));

        Assert.Equal(
            Rules.All.Select(rule => $"{rule.Id} | NetCompiler | Error").Order(),
            files.SelectMany(lines => lines).Where(line => line.StartsWith("NC", StringComparison.Ordinal))
                .Select(line => string.Join('|', line.Split('|').Take(3)).Trim()).Order());
    }

    [Fact]
    public void IdsAreInOrderAndAllListsEveryRule()
    {
        var declared = typeof(Rules).GetFields().Where(f => f.FieldType == typeof(Rule)).Select(f => (Rule)f.GetValue(null)!);

        Assert.Equal(declared, Rules.All);
        Assert.Equal(Rules.All.OrderBy(rule => rule.Id, StringComparer.Ordinal), Rules.All);
    }
}
