using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using NetCompiler.Testing;

namespace NetCompiler.CodeFixes.Tests;

/// <summary>What editors offer for a diagnostic of the generator: the text after it, and that the diagnostic is gone.</summary>
public class CodeFixTests
{
    [Theory]
    [InlineData("[Network, Input(4), Dense(2)] public class Net;", "[Network, Input(4), Dense(2)] public partial class Net;")]
    [InlineData("[Network, Input(4), Dense(2)]\n// A net.\nclass Net;", "[Network, Input(4), Dense(2)]\n// A net.\npartial class Net;")]
    [InlineData("[Network]\n[Input(4), Dense(2)]\npublic sealed class Net { }", "[Network]\n[Input(4), Dense(2)]\npublic sealed partial class Net { }")]
    public Task AClassIsMadePartial(string before, string after) => Check(new MakePartialFix(), "Make 'Net' partial", before, after);

    [Theory]
    [InlineData("[Network, Input(1, 8, 8)]\n[Relu, Dense(2)]\npublic partial class Net;", "[Network, Input(1, 8, 8)]\n[Relu, Flatten, Dense(2)]\npublic partial class Net;")]
    [InlineData("[Network, Input(1, 8, 8)]\n[Dense(2)]\npublic partial class Net;", "[Network, Input(1, 8, 8)]\n[Flatten, Dense(2)]\npublic partial class Net;")]
    [InlineData("[Network, Input(1, 8, 8), NetCompiler.Dense(2)]\npublic partial class Net;", "[Network, Input(1, 8, 8), NetCompiler.Flatten, NetCompiler.Dense(2)]\npublic partial class Net;")]
    [InlineData(
        "using static NetCompiler.Layers; [Network] public partial class Net { [Forward] static Tensor F([Shape(1, 8, 8)] Tensor x) => Tanh(Dense(Relu(x), 2)); }",
        "using static NetCompiler.Layers; [Network] public partial class Net { [Forward] static Tensor F([Shape(1, 8, 8)] Tensor x) => Tanh(Dense(Flatten(Relu(x)), 2)); }")]
    [InlineData(
        "[Network] public partial class Net { [Forward] static Tensor F([Shape(1, 8, 8)] Tensor x) => Layers.Dense(x, units: 2); }",
        "[Network] public partial class Net { [Forward] static Tensor F([Shape(1, 8, 8)] Tensor x) => Layers.Dense(Layers.Flatten(x), units: 2); }")]
    public Task AFlattenIsInserted(string before, string after) => Check(new InsertFlattenFix(), "Put Flatten before it", before, after);

    private static async Task Check(CodeFixProvider provider, string title, string before, string after)
    {
        var generation = Generation.Run([new("DesignTimeBuild", "true")], before);
        var diagnostic = Assert.Single(generation.Diagnostics);
        Assert.Contains(diagnostic.Id, provider.FixableDiagnosticIds);

        using var workspace = new AdhocWorkspace();
        var document = workspace.AddProject("Project", LanguageNames.CSharp).AddDocument("File0.cs", before);
        var tree = (await document.GetSyntaxTreeAsync())!;
        var here = Diagnostic.Create(diagnostic.Descriptor, Location.Create(tree, diagnostic.Location.SourceSpan));
        var actions = new List<CodeAction>();
        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, here, (action, _) => actions.Add(action), CancellationToken.None));
        var action = Assert.Single(actions);
        var operation = Assert.IsType<ApplyChangesOperation>(Assert.Single(await action.GetOperationsAsync(CancellationToken.None)));
        var text = (await operation.ChangedSolution.GetDocument(document.Id)!.GetTextAsync()).ToString();

        Assert.Equal(title, action.Title);
        Assert.Equal(after, text);
        Assert.Empty(Generation.Run([new("DesignTimeBuild", "true")], text).Diagnostics);
        Assert.NotNull(provider.GetFixAllProvider());
    }
}
