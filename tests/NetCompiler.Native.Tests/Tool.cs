using System.ComponentModel;
using System.Diagnostics;

namespace NetCompiler.Native.Tests;

/// <summary>Runs programs.</summary>
public static class Tool
{
    /// <summary>What a program wrote, and how it ended.</summary>
    /// <param name="Code">0 where it succeeded.</param>
    /// <param name="Output">What it wrote as its result.</param>
    /// <param name="Error">What it wrote about errors.</param>
    public sealed record Outcome(int Code, string Output, string Error);

    /// <summary>Why a program cannot be run here; null where it can.</summary>
    public static string? MissingReason(string program, string argument)
    {
        try
        {
            return Run(program, argument).Code == 0 ? null : $"'{program} {argument}' fails here.";
        }
        catch (Win32Exception exception)
        {
            return $"{program} is not to be had here: {exception.Message}";
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static Outcome Run(string program, params string[] arguments) => RunIn("", program, arguments);

    /// <summary>Runs a program to its end in a folder.</summary>
    public static Outcome RunIn(string folder, string program, params string[] arguments) => RunIn(folder, program, arguments, []);

    /// <summary>Runs a program to its end in a folder, with variables of the environment.</summary>
    public static Outcome RunIn(string folder, string program, string[] arguments, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
