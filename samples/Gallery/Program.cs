using System.CommandLine;
using Gallery.Running;

var data = new Option<DirectoryInfo?>("--data")
{
    Description = "A folder with the data sets (mnist, fashion-mnist, cifar-10, images, graph, text, detection); what it lacks, samples make",
    Recursive = true,
};
var output = new Option<DirectoryInfo>("--out")
{
    Description = "Where pages go",
    DefaultValueFactory = _ => new DirectoryInfo("artifacts/gallery"),
    Recursive = true,
};
var quick = new Option<bool>("--quick") { Description = "Reduced runs: seconds each, whose figures say nothing", Recursive = true };
var seed = new Option<ulong>("--seed")
{
    Description = "Decides on initial weights, on orders, and on all else that is drawn",
    DefaultValueFactory = _ => 1,
    Recursive = true,
};
var threads = new Option<int>("--threads")
{
    Description = "Threads that share the work; the result is the same with any number",
    DefaultValueFactory = _ => Environment.ProcessorCount,
    Recursive = true,
};
threads.Validators.Add(result =>
{
    if (result.Errors.Any() || result.GetValueOrDefault<int>() < 1)
        result.AddError("--threads: expected 1 or more.");
});

var command = new RootCommand("The systems of a course on convolutional networks, each run to a page that shows it.")
{
    data, output, quick, seed, threads,
};
foreach (var system in SystemRunner.Systems)
{
    Add(system.Name, $"{system.Title}: {system.Shows}", (options, cancellationToken) =>
        new SystemRunner(options, Console.Out).Run(system, cancellationToken).FallsShort ? 1 : 0);
}
Add("all", "All systems, results.json and index.html", (options, cancellationToken) =>
    GalleryRun.Run(options, Console.Out, cancellationToken));
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });

void Add(string name, string description, Func<GalleryOptions, CancellationToken, int> run)
{
    const int Stopped = 130;
    var subcommand = new Command(name, description);
    // On a thread of its own, so that this one is free to hear of Ctrl+C.
    subcommand.SetAction((result, cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                var options = new GalleryOptions(
                    result.GetValue(data)?.FullName,
                    result.GetValue(output)!.FullName,
                    result.GetValue(quick),
                    result.GetValue(seed),
                    result.GetValue(threads));
                return run(options, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return Stopped;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or DllNotFoundException)
            {
                Console.Error.WriteLine($"error: {e.Message}");
                return 1;
            }
        },
        CancellationToken.None));
    command.Subcommands.Add(subcommand);
}
