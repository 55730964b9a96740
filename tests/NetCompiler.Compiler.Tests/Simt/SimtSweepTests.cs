using System.Collections.Immutable;
using NetCompiler.Compiler.Stages;
using NetCompiler.Compiler.Tests.Emitted;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>
/// SIMT kernels against the reference in double precision: every kind of layer, operator, loss and stage, forward and backward.
/// </summary>
public abstract class SimtSweepTests(SimtSweep sweep)
{
    private const int LeastShapes = 20;

    public static TheoryData<string> Groups => [.. EmittedSweep.Groups];

    [FullSweepTheory]
    [MemberData(nameof(Groups))]
    public void NumbersAreThoseOfTheReference(string group) =>
        AssertNone([.. sweep.Failures.Where(f => EmittedSweep.GroupOf(f.Case.Name) == group)]);

    [Fact]
    public void NoNetworkDiffersFromTheReference() => AssertNone(sweep.Failures);

    [Fact]
    public void StagesOfAllKindsAndScopesAreCompared()
    {
        var formed = sweep.Coverage.Cells.Select(c => c.Cell).Where(c => c.StartsWith("stage ", StringComparison.Ordinal)).ToList();
        // Attention is the products and the softmax that it is made of.
        foreach (var kind in Enum.GetValues<StageKind>().Where(k => k != StageKind.Attention))
            Assert.Contains(formed, cell => cell.StartsWith($"stage {kind} ", StringComparison.Ordinal));
        foreach (var scope in Enum.GetValues<StageScope>())
            Assert.Contains(formed, cell => cell.EndsWith($" {scope}", StringComparison.Ordinal));
        if (EmittedSweep.IsFull)
            Assert.All(formed, AssertManyShapes);
    }

    private static void AssertNone(ImmutableArray<CaseBatch.Failure> failures) =>
        Assert.True(failures.IsEmpty, $"{failures.Length} failures:\n{string.Join("\n\n", failures.Take(10))}");

    /// <summary>Asserts that something was compared in many shapes.</summary>
    protected void AssertManyShapes(string cell)
    {
        var count = sweep.Coverage.Count(cell, SimtSweep.Width);
        Assert.True(count >= LeastShapes, $"{cell}: {count} shapes were compared, {LeastShapes} are needed.");
    }
}
