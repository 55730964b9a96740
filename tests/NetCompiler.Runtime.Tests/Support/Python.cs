using System.Diagnostics;

namespace NetCompiler.Runtime.Tests.Support;

/// <summary>Runs Python programs.</summary>
internal static class Python
{
    /// <summary>Runs a program and gives what it prints.</summary>
    /// <exception cref="InvalidOperationException">The program failed; the message is what it printed as its error.</exception>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("python3", ["-c", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(error.GetAwaiter().GetResult());
    }
}
