using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using NetCompiler.Compiler.Tests.Operators;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>
/// Emitted code against the reference in double precision: every kind of layer, operator, loss and stage at every vector width, and
/// random networks with each optional pass left out and each candidate forced.
/// </summary>
public sealed class SweepTests(EmittedSweep sweep) : IClassFixture<EmittedSweep>
{
    private static int LeastShapes => EmittedSweep.IsFull ? 20 : 1;

    public static TheoryData<string> Groups => [.. EmittedSweep.Groups];

    public static TheoryData<string> Cells =>
    [
        .. EmittedSweep.Kinds.Select(kind => $"layer {kind}"),
        .. LossLayer.Functions.Keys.Select(kind => $"loss {kind}"),
        // Where gradients begin there is one number a sample: no shapes differ.
        .. OperatorCatalogue.Operators.Where(o => o is not GradientSeed).Select(o => $"operator {o.Name}"),
    ];

    [Theory]
    [MemberData(nameof(Groups))]
    public void NumbersAreThoseOfTheReference(string group)
    {
        var failures = sweep.Failures
            .Where(f => EmittedSweep.GroupOf(f.Case.Name) == group).ToList();
        Assert.True(failures.Count == 0, $"{failures.Count} failures:\n{string.Join("\n\n", failures.Take(10))}");
    }

    [FullSweepTheory]
    [MemberData(nameof(Cells))]
    public void ManyShapesAreCompared(string cell)
    {
        foreach (var width in EmittedSweep.Widths)
            AssertCovered(cell, width);
    }

    [Fact]
    public void EveryLayerAndLossIsCompared()
    {
        foreach (var cell in EmittedSweep.Kinds.Select(kind => $"layer {kind}").Concat(LossLayer.Functions.Keys.Select(kind => $"loss {kind}")))
        {
            foreach (var width in EmittedSweep.Widths)
                AssertCovered(cell, width);
        }
    }

    [Fact]
    public void StagesOfAllKindsAndScopesAreCompared()
    {
        var formed = sweep.Coverage.Cells.Select(c => c.Cell)
            .Where(c => c.StartsWith("stage ", StringComparison.Ordinal)).Distinct().ToList();
        // Networks that are one stage are for GPUs.
        foreach (var kind in Enum.GetValues<StageKind>().Where(k => k != StageKind.Network))
            Assert.Contains(formed, cell => cell.StartsWith($"stage {kind} ", StringComparison.Ordinal));
        foreach (var scope in Enum.GetValues<StageScope>())
            Assert.Contains(formed, cell => cell.EndsWith($" {scope}", StringComparison.Ordinal));
        foreach (var cell in formed)
        {
            foreach (var width in EmittedSweep.Widths)
                AssertCovered(cell, width);
        }
    }

    [Fact]
    public void EveryCandidateThatIsOfferedIsChosenOrForced()
    {
        Assert.NotEmpty(sweep.Coverage.Rejections);
        Assert.All(sweep.Coverage.Rejections, r => Assert.True(
            sweep.Coverage.Count($"candidate {r.Candidate}", r.Width) > 0, $"{r.Candidate} at {r.Width} bits was never computed with."));
    }

    [Fact]
    public void ForcedCandidatesComputeTheNumbersOfTheReference()
    {
        var failures = sweep.Failures.Where(f => f.Case.Name.StartsWith(EmittedSweep.ForcedGroup, StringComparison.Ordinal)).ToList();
        Assert.True(failures.Count == 0, $"{failures.Count} failures:\n{string.Join("\n\n", failures.Take(10))}");
    }

    private void AssertCovered(string cell, int width)
    {
        var count = sweep.Coverage.Count(cell, width);
        Assert.True(count >= LeastShapes, $"{cell} at {width} bits: {count} shapes were compared, {LeastShapes} are needed.");
    }
}
