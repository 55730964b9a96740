using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Prints a part of a step as a method that is generic over a clock, and tells it whenever a stage is done. Nothing of that is left
/// in the machine code for the clock that does not listen.
/// </summary>
internal sealed class StepPrinter : CSharpKernelPrinter
{
    /// <summary>What the clock is called.</summary>
    public const string Clock = "clock";

    private readonly ImmutableArray<int> _stages;
    private int _launch;

    private StepPrinter(ImmutableArray<int> stages, IndentedWriter writer)
        : base(writer) => _stages = stages;

    /// <summary>Prints the method.</summary>
    /// <param name="entry">The part: a call for each launch.</param>
    /// <param name="stages">The number of each launch's stage.</param>
    /// <param name="writer">Takes the method's text, inside a type.</param>
    public static void Print(Kernel entry, ImmutableArray<int> stages, IndentedWriter writer) =>
        new StepPrinter(stages, writer).Print(entry, "private static");

    /// <inheritdoc/>
    protected override string Signature(Kernel kernel) =>
        $"{CSharpSyntax.Identifier(kernel.Name)}<TClock>({Parameters(kernel)}, TClock {Clock}) where TClock : struct, IStageClock";

    /// <inheritdoc/>
    protected override void Print(Statement statement)
    {
        base.Print(statement);
        if (statement is not Call)
            return;
        var stage = _stages[_launch++];
        if (_launch == _stages.Length || _stages[_launch] != stage)
            Writer.Line($"{Clock}.Lap({stage.ToString(CultureInfo.InvariantCulture)});");
    }
}
