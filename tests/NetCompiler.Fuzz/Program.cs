using System.CommandLine;
using NetCompiler.Fuzz;
using NetCompiler.Fuzz.Fuzzing;
using NetCompiler.Fuzz.Targets;

var count = Positive("--count", "Cases of each format", 100_000);
var seed = new Option<ulong>("--seed")
{
    Description = "Decides on all cases",
    DefaultValueFactory = _ => 1,
};
var format = new Option<string[]>("--format")
{
    Description = "What to fuzz; all formats unless it is given, once or several times",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [.. FuzzTargets.Names],
};
format.AcceptOnlyFromAmong([.. FuzzTargets.Names]);
var number = new Option<long?>("--case") { Description = "Runs this case alone, as the report of a failure says it" };
var file = new Option<FileInfo?>("--file") { Description = "Reads this file instead of cases; with one --format" };
var seconds = new Option<double?>("--seconds") { Description = "Begins no more cases after this time; without it, all cases are run" };
var caseSeconds = new Option<double>("--case-seconds")
{
    Description = "How long a case may take before it counts as one that does not end",
    DefaultValueFactory = _ => FuzzLimits.Default.Time.TotalSeconds,
};
var output = new Option<DirectoryInfo>("--out")
{
    Description = "Where files go that fail. If a case ends the process, FORMAT.running there says which it was",
    DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Path.GetTempPath(), "netcompiler-fuzz")),
};
file.Validators.Add(result =>
{
    if (result.GetValueOrDefault<FileInfo?>() is { Exists: false } missing)
        result.AddError($"--file: {missing.FullName} does not exist.");
});

var command = new RootCommand("Gives the readers of files what somebody, or something, has damaged: they answer, or refuse it clearly.")
{
    count, seed, format, seconds, output, number, file, caseSeconds,
};
command.Validators.Add(result =>
{
    if (result.GetValue(file) is not null && result.GetValue(format)!.Length != 1)
        result.AddError("--file: expected one --format.");
});
command.SetAction(result =>
{
    var only = result.GetValue(number);
    return FuzzCommand.Run(new FuzzOptions(
        [.. result.GetValue(format)!.Distinct()],
        only ?? 0,
        only is null ? result.GetValue(count) : 1,
        result.GetValue(seed),
        result.GetValue(seconds) is { } limit ? TimeSpan.FromSeconds(limit) : null,
        TimeSpan.FromSeconds(result.GetValue(caseSeconds)),
        result.GetValue(file),
        result.GetValue(output)!));
});
return command.Parse(args).Invoke();

static Option<long> Positive(string name, string description, long value)
{
    var option = new Option<long>(name) { Description = description, DefaultValueFactory = _ => value };
    option.Validators.Add(result =>
    {
        if (result.Errors.Any() || result.GetValueOrDefault<long>() < 1)
            result.AddError($"{name}: expected 1 or more.");
    });
    return option;
}
