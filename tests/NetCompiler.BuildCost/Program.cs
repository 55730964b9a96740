using System.CommandLine;
using NetCompiler.BuildCost;

var network = new Option<string[]>("--network")
{
    Description = "Which networks; all unless it is given",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [.. DeepNetworks.All.Keys],
};
network.AcceptOnlyFromAmong([.. DeepNetworks.All.Keys]);
var runs = new Option<int>("--runs")
{
    Description = "Processes for each network, of which the fastest counts",
    DefaultValueFactory = _ => 1,
};
var output = new Option<DirectoryInfo?>("--out") { Description = "Where to write the generated files" };
var child = new Option<bool>("--child") { Description = "Compiles one network in this process", Hidden = true };

var command = new RootCommand("What compiling deep networks costs: time in a process that has compiled nothing before and in one that has, and code.")
{
    network, runs, output, child,
};
command.SetAction(result =>
{
    var names = result.GetValue(network)!;
    return result.GetValue(child)
        ? CostTable.Measure(names[0], result.GetValue(output))
        : CostTable.Print(names, result.GetValue(runs), result.GetValue(output));
});
return command.Parse(args).Invoke();
