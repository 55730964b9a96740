using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Operators;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>
/// SIMT kernels against the reference in double precision: every kind of layer, operator, loss and stage, forward and backward, by the
/// interpreter, which checks bounds, races, barriers and reads of what nothing has written.
/// </summary>
public sealed class SimtSweepTests(SimtSweep sweep) : IClassFixture<SimtSweep>
{
    private const int LeastShapes = 20;

    public static TheoryData<string> Groups => [.. EmittedSweep.Groups];

    public static TheoryData<string> Cells =>
    [
        .. EmittedSweep.Kinds.Select(kind => $"layer {kind}"),
        .. LossLayer.Functions.Keys.Select(kind => $"loss {kind}"),
        // Where gradients begin there is one number a sample: no shapes differ. Attention is the products and the softmax that it is made of.
        .. OperatorCatalogue.Operators
            .Where(o => o is not (GradientSeed or ScaledDotProductAttention or ScaledDotProductAttentionGradient)).Select(o => $"operator {o.Name}"),
    ];

    [FullSweepTheory]
    [MemberData(nameof(Groups))]
    public void NumbersAreThoseOfTheReference(string group)
    {
        var failures = sweep.Failures
            .Where(f => f.Case.Name.Length == group.Length + 4 && f.Case.Name.StartsWith(group, StringComparison.Ordinal)).ToList();
        Assert.True(failures.Count == 0, $"{failures.Count} failures:\n{string.Join("\n\n", failures.Take(10))}");
    }

    [FullSweepTheory]
    [MemberData(nameof(Cells))]
    public void ManyShapesAreCompared(string cell)
    {
        var count = sweep.Coverage.Count(cell, SimtSweep.Width);
        Assert.True(count >= LeastShapes, $"{cell}: {count} shapes were compared, {LeastShapes} are needed.");
    }

    [FullSweepFact]
    public void StagesOfAllKindsAndScopesAreCompared()
    {
        var formed = sweep.Coverage.Cells.Select(c => c.Cell).Where(c => c.StartsWith("stage ", StringComparison.Ordinal)).ToList();
        // Attention is the products and the softmax that it is made of.
        foreach (var kind in Enum.GetValues<StageKind>().Where(k => k != StageKind.Attention))
            Assert.Contains(formed, cell => cell.StartsWith($"stage {kind} ", StringComparison.Ordinal));
        foreach (var scope in Enum.GetValues<StageScope>())
            Assert.Contains(formed, cell => cell.EndsWith($" {scope}", StringComparison.Ordinal));
        Assert.All(formed, ManyShapesAreCompared);
    }
}
