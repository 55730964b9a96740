using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Operators;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>The sweep by the interpreter, which checks bounds, races, barriers and reads of what nothing has written.</summary>
public sealed class InterpretedSimtSweepTests(InterpretedSimtSweepTests.Sweep sweep)
    : SimtSweepTests(sweep), IClassFixture<InterpretedSimtSweepTests.Sweep>
{
    public static TheoryData<string> Cells =>
    [
        .. EmittedSweep.Kinds.Select(kind => $"layer {kind}"),
        .. LossLayer.Functions.Keys.Select(kind => $"loss {kind}"),
        // Where gradients begin there is one number a sample: no shapes differ. Attention is the products and the softmax that it is made of.
        .. OperatorCatalogue.Operators
            .Where(o => o is not (GradientSeed or ScaledDotProductAttention or ScaledDotProductAttentionGradient)).Select(o => $"operator {o.Name}"),
    ];

    [FullSweepTheory]
    [MemberData(nameof(Cells))]
    public void ManyShapesAreCompared(string cell) => AssertManyShapes(cell);

    public sealed class Sweep() : SimtSweep(
        (program, batch, values, seed) => new SimtRun.Interpreted(program, batch, values, seed), largestWork: 8_000);
}
