using Spectre.Console;

namespace NetCompiler.Training;

/// <summary>Chooses how to show progress.</summary>
public static class FitProgress
{
    /// <summary>A live line where standard output is a terminal that can be redrawn, else plain lines.</summary>
    public static IFitCallback ForConsole()
    {
        var console = AnsiConsole.Console;
        return !Console.IsOutputRedirected && console.Profile.Capabilities is { Ansi: true, Interactive: true }
            ? new LiveProgress(console)
            : new PlainProgress(Console.Out);
    }
}
