using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetCompiler.Training.Tests.Support;

/// <summary>Spectre.Console writing into a string.</summary>
internal static class TestConsole
{
    public static IAnsiConsole Create(TextWriter writer, bool ansi, int width = 100)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ansi ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    public static string Write(IRenderable renderable)
    {
        using var writer = new StringWriter();
        Create(writer, ansi: false).Write(renderable);
        return writer.ToString();
    }
}
