using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Printers;

/// <summary>A call of a step.</summary>
/// <param name="Stage">The number of its stage.</param>
/// <param name="Launch">What is launched.</param>
internal sealed record StepCall(int Stage, KernelLaunch Launch);

/// <summary>
/// Prints a part of a step as a method that is generic over a clock, and tells it whenever a stage is done. Nothing of that is left
/// in the machine code for the clock that does not listen. A step that threads may share takes the team besides: launches that are worth
/// it run in the rounds that the team hands out, all others by its leader alone.
/// </summary>
internal sealed class StepPrinter : CSharpKernelPrinter
{
    /// <summary>What the clock is called.</summary>
    public const string Clock = "clock";

    /// <summary>What the team is called.</summary>
    public const string Team = "team";

    private const string Part = "part";

    private readonly ImmutableArray<StepCall> _calls;
    private readonly bool _isShared;
    private int _launch;

    private StepPrinter(ImmutableArray<StepCall> calls, bool isShared, IndentedWriter writer)
        : base(writer)
    {
        _calls = calls;
        _isShared = isShared;
    }

    /// <summary>Prints the method.</summary>
    /// <param name="entry">The part: a call for each launch.</param>
    /// <param name="calls">What it calls, in the same order.</param>
    /// <param name="isShared">True where threads may share it.</param>
    /// <param name="writer">Takes the method's text, inside a type.</param>
    public static void Print(Kernel entry, ImmutableArray<StepCall> calls, bool isShared, IndentedWriter writer) =>
        new StepPrinter(calls, isShared, writer).Print(entry, "private static");

    /// <inheritdoc/>
    protected override string Signature(Kernel kernel)
    {
        var team = _isShared ? $", LaunchTeam {Team}" : "";
        return $"{CSharpSyntax.Identifier(kernel.Name)}<TClock>({Parameters(kernel)}, TClock {Clock}{team}) where TClock : struct, IStageClock";
    }

    /// <inheritdoc/>
    protected override void Print(Statement statement)
    {
        if (statement is not Call call)
        {
            base.Print(statement);
            return;
        }

        var (stage, launch) = (_calls[_launch].Stage, _calls[_launch].Launch);
        var number = Text(_launch++);
        var isLast = _launch == _calls.Length || _calls[_launch].Stage != stage;
        if (!_isShared)
        {
            base.Print(call);
            if (isLast)
                Writer.Line($"{Clock}.Lap({Text(stage)});");
            return;
        }

        if (launch.Parts > 1)
        {
            Writer.Line($"for (var {Part} = new LaunchPart({number}, {Text(launch.Rounds)}); {Team}.Next(ref {Part});)");
            Indented(call with { Arguments = [.. call.Arguments.Select((argument, i) => PartOf(launch.Arguments[i]) ?? argument)] });
        }
        else
        {
            Writer.Line($"if (!{Team}.IsHelper)");
            Indented(call);
        }

        if (!isLast)
            return;
        Writer.Line($"if (!{Team}.IsHelper)");
        Writer.Line($"    {Clock}.Lap({Text(stage)});");
    }

    private void Indented(Call call)
    {
        Writer.Open();
        base.Print(call);
        Writer.Close();
    }

    private static Variable? PartOf(LaunchArgument argument) => argument switch
    {
        LaunchArgument.OfNumber { Number: LaunchNumber.PartStart } => new Variable($"{Part}.Start", KernelType.I64),
        LaunchArgument.OfNumber { Number: LaunchNumber.PartEnd } => new Variable($"{Part}.End", KernelType.I64),
        _ => null,
    };

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
