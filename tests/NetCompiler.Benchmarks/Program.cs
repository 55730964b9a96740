using System.CommandLine;
using System.Text.Json;
using BenchmarkDotNet.Running;
using NetCompiler.Benchmarks.Compare;
using NetCompiler.Benchmarks.Peers;

var names = Subject.All.Select(subject => subject.Name).ToArray();
var networks = new Option<string[]>("--network")
{
    Description = "Which network; all unless it is given, once or several times",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => names,
};
networks.AcceptOnlyFromAmong(names);
var passes = new Option<string[]>("--pass")
{
    Description = "predict, train, or both",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => ["predict", "train"],
};
passes.AcceptOnlyFromAmong("predict", "train");
var batches = new Option<int[]>("--batch")
{
    Description = "Only these batches of predictions",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [],
};
var threads = new Option<int[]>("--threads")
{
    Description = "Numbers of threads",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [.. new[] { 1, 2 }.Where(count => count <= Environment.ProcessorCount)],
};
var quick = new Option<bool>("--quick") { Description = "Few and short turns, batch 1 alone" };
var noPeers = new Option<bool>("--no-peers") { Description = "This library alone" };
var profile = new Option<bool>("--profile") { Description = "What our stages take" };
var output = new Option<FileInfo?>("--out") { Description = "Where the rows go as JSON" };

var compare = new Command("compare", "Ours and each peer in turns: the same networks, weights and inputs")
{
    networks, passes, batches, threads, quick, noPeers, profile, output,
};
compare.SetAction(result => new CompareCommand(new CompareOptions(
    [.. Subject.All.Where(subject => result.GetValue(networks)!.Contains(subject.Name))], result.GetValue(quick), !result.GetValue(noPeers),
    result.GetValue(batches)!, result.GetValue(threads)!, result.GetValue(passes)!, result.GetValue(profile),
    result.GetValue(output)?.FullName)).Run());

var folder = new Option<DirectoryInfo>("--out") { Description = "The folder that the files go to", Required = true };
var describe = new Command("describe", "What each network declares, as JSON, for peers on other machines: tests/gpu") { folder };
describe.SetAction(result =>
{
    var path = result.GetValue(folder)!.FullName;
    Directory.CreateDirectory(path);
    foreach (var subject in Subject.All)
    {
        using var network = subject.Create();
        var declared = DeclaredNetwork.Read(network.GetType());
        File.WriteAllText(
            Path.Combine(path, subject.Name + ".json"), JsonSerializer.Serialize(new { result = declared.Result, layers = PyTorch.Describe(declared) }));
    }

    return 0;
});

var kernels = new Command("kernels", "Single layers, time and allocation, with BenchmarkDotNet; what follows is its own command line")
{
    TreatUnmatchedTokensAsErrors = false,
};
kernels.SetAction(result =>
{
    BenchmarkSwitcher.FromAssembly(typeof(Subject).Assembly).Run([.. result.UnmatchedTokens]);
    return 0;
});

return new RootCommand("Benchmarks of NetCompiler") { compare, describe, kernels }.Parse(args).Invoke();
