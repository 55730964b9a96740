using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Prints the method of steps, generic over a clock, which it tells whenever a stage is done. Nothing of that is left in the machine
/// code for the clock that does not listen. Where threads may compute a chunk together, launches that are worth it run in the rounds that
/// the team hands out, all others by its leader alone.
/// </summary>
internal sealed class StepPrinter : CSharpKernelPrinter
{
    private const string Clock = "clock";
    private const string Number = "number";
    private const string Team = "team";
    private const string Part = "part";
    private const string Launches = "launches";

    private static readonly string s_partStart = Identifiers.Local(nameof(LaunchNumber.PartStart));
    private static readonly string s_partEnd = Identifiers.Local(nameof(LaunchNumber.PartEnd));

    private readonly ImmutableHashSet<Kernel> _shared;

    // Within what the leader does alone.
    private bool _isAlone;

    private StepPrinter(ImmutableHashSet<Kernel> shared, IndentedWriter writer, IReadOnlyDictionary<Kernel, string> elsewhere)
        : base(writer, elsewhere) => _shared = shared;

    /// <summary>Prints the method and its table.</summary>
    /// <param name="method">The method.</param>
    /// <param name="printed">Passes that are printed: a table that one of them has is not printed again.</param>
    /// <param name="elsewhere">Kernels that other classes print, and what they are called there.</param>
    /// <param name="writer">Takes the text, inside a type.</param>
    public static void Print(
        StepMethod method, IReadOnlyList<PassProgram> printed, IReadOnlyDictionary<Kernel, string> elsewhere, IndentedWriter writer)
    {
        var owner = printed.FirstOrDefault(p => p.Methods.Any(m => HasSameTable(m, method)));
        if (method.Width > 0 && owner is null)
            PrintRows(method, writer);
        var kernel = method.Kernel;
        writer.Line($"// {kernel.Summary}");
        writer.Line(Attribute);
        var number = method.IsShared ? $", int {Number}" : "";
        writer.Line($"private static void {kernel.Name}<TClock>(in {NetworkFile.Runtime}PassArguments a{number}, TClock {Clock})");
        writer.Line($"    where TClock : struct, {NetworkFile.Runtime}IStageClock");
        writer.Open();
        var printer = new StepPrinter(method.SharedKernels, writer, elsewhere);
        foreach (var variable in kernel.Parameters.Select(p => p.Variable).Where(v => v != StepParameters.Row))
        {
            var type = printer.TypeName(variable.Type);
            writer.Line($"var {variable.Name} = {Argument(variable, type)};");
        }

        if (!method.SharedKernels.IsEmpty)
        {
            writer.Line($"var {Team} = a.Team;");
            writer.Line($"var {Launches} = 0;");
        }

        if (method.Width > 0)
        {
            writer.Line($"fixed (int* rows = {(owner is null ? "" : owner.Name + ".")}{Table(method)})");
            writer.Open();
            var shift = method.IsShared ? $" + {Number} * {CSharpSyntax.Integer(method.Width)}" : "";
            writer.Line($"var {StepParameters.Row.Name} = rows{shift};");
        }

        printer.Statements(kernel.Body);
        if (method.Width > 0)
            writer.Close();
        writer.Close();
    }

    /// <summary>The statement that runs a step.</summary>
    /// <param name="method">The step's method.</param>
    /// <param name="row">The number of its row, if the method has several, as an expression.</param>
    public static string Invocation(StepMethod method, string row) =>
        $"{method.Kernel.Name}(in a{(method.IsShared ? $", {row}" : "")}, {Clock});";

    /// <inheritdoc/>
    protected override void Statements(Block block)
    {
        if (_shared.IsEmpty || _isAlone)
        {
            base.Statements(block);
            return;
        }

        for (var i = 0; i < block.Statements.Length;)
        {
            if (!IsForLeader(block.Statements[i]))
            {
                Print(block.Statements[i++]);
                continue;
            }

            Writer.Line($"if (!{Team}.IsHelper)");
            Writer.Open();
            _isAlone = true;
            for (; i < block.Statements.Length && IsForLeader(block.Statements[i]); i++)
                Print(block.Statements[i]);
            _isAlone = false;
            Writer.Close();
        }
    }

    /// <inheritdoc/>
    protected override void Print(Statement statement)
    {
        if (statement is Call { Kernel: var kernel } lap && kernel == StepParameters.Lap)
            Writer.Line($"{Clock}.Lap({Print(lap.Arguments[0])});");
        else if (statement is Call call && IsShared(call))
            PrintShared(call);
        else
            base.Print(statement);
    }

    // In the place of all of its rounds the launch is handed those that the team hands out.
    private void PrintShared(Call call)
    {
        var names = call.Kernel.Parameters.Select(p => p.Variable.Name).ToList();
        var (start, end) = (names.IndexOf(s_partStart), names.IndexOf(s_partEnd));
        Writer.Line($"for (var {Part} = new {NetworkFile.Runtime}LaunchPart({Launches}++, {Print(call.Arguments[end])}); {Team}.Next(ref {Part});)");
        Writer.Open();
        var arguments = call.Arguments.SetItem(start, Field("Start")).SetItem(end, Field("End"));
        base.Print(call with { Arguments = arguments });
        Writer.Close();

        static Variable Field(string name) => new($"{Part}.{name}", KernelType.I64);
    }

    // What a thread other than the leader does not run; what is declared is for all.
    private bool IsForLeader(Statement statement) =>
        statement is Call or For or If && !KernelWalk.All(new Block([statement])).OfType<Call>().Any(IsShared);

    private bool IsShared(Call call) => _shared.Contains(call.Kernel);

    /// <inheritdoc/>
    protected override string PrintConversion(Conversion conversion, Precedence context) =>
        // The numbers of a table are ints, which become nints where they meet one.
        conversion.Operand is Load ? Print(conversion.Operand, context) : base.PrintConversion(conversion, context);

    private static void PrintRows(StepMethod method, IndentedWriter writer)
    {
        writer.Line($"internal static ReadOnlySpan<int> {Table(method)} =>");
        writer.Line("[");
        foreach (var row in method.Rows)
        {
            var numbers = string.Join(", ", row.Numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)));
            writer.Line($"    {numbers}, // {row.Name}");
        }

        writer.Line("];");
        writer.Line();
    }

    private static bool HasSameTable(StepMethod a, StepMethod b) =>
        a.Kernel.Name == b.Kernel.Name && a.Width == b.Width && a.Rows.Length == b.Rows.Length
        && a.Rows.Zip(b.Rows, (x, y) => x.Name == y.Name && x.Numbers.SequenceEqual(y.Numbers)).All(same => same);

    private static string Table(StepMethod method) => method.Kernel.Name + "Rows";

    private static string Argument(Variable variable, string type)
    {
        var name = variable.Name;
        foreach (var (arena, field) in new[] { ("input", "Inputs"), ("output", "Outputs") })
        {
            if (name.StartsWith(arena, StringComparison.Ordinal))
                return $"a.{field}[{name.Substring(arena.Length)}]";
        }

        var value = $"a.{char.ToUpperInvariant(name[0])}{name.Substring(1)}";
        var isTyped = !variable.Type.IsPointer && variable != StepParameters.Seed || name is "parameters" or "gradients";
        return isTyped ? value : $"({type}){value}";
    }
}
