namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>
/// The sweep as C# for ILGPU, on the stand-in or on ILGPU itself. A few networks of each group, since each of them is compiled three times.
/// </summary>
public sealed class PrintedSimtSweepTests(PrintedSimtSweepTests.Sweep sweep)
    : SimtSweepTests(sweep), IClassFixture<PrintedSimtSweepTests.Sweep>
{
    public sealed class Sweep() : SimtSweep(
        (program, batch, values, seed) => new SimtRun.Printed(program, batch, values, seed), largestWork: 500, most: 3);
}
