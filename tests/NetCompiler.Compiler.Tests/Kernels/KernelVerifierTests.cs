using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Passes;
using Barrier = NetCompiler.Compiler.Kernels.Barrier;

namespace NetCompiler.Compiler.Tests.Kernels;

public class KernelVerifierTests
{
    private static readonly Variable s_x = new("x", KernelType.PointerTo(ScalarKind.F32));
    private static readonly Variable s_y = new("y", KernelType.PointerTo(ScalarKind.F32));
    private static readonly Variable s_n = new("n", KernelType.I64);
    private static readonly Variable s_i = new("i", KernelType.I64);
    private static readonly Variable s_f = new("f", KernelType.F32);
    private static readonly ThreadIndex s_thread = new(ThreadIdentifier.ThreadInGroup, 0);

    public static TheoryData<string> Faults => [.. Planted().Select(p => p.Name)];

    public static TheoryData<string> SimtFaults => [.. PlantedSimt().Select(p => p.Name)];

    [Fact]
    public void SamplesAreFaultless()
    {
        Assert.Empty(KernelVerifier.Verify(SampleKernels.Tile(2, 2, 8)));
        Assert.Empty(KernelVerifier.Verify(SampleKernels.Doubled()));
        Assert.Empty(KernelVerifier.Verify(SampleKernels.EveryStatement()));
        Assert.Empty(KernelVerifier.Verify(SampleKernels.Neighbours()));
        Assert.Empty(KernelVerifier.Verify(Simplify.Run(UnrollLoops.Run(SampleKernels.Neighbours()))));
        Assert.Empty(KernelVerifier.Verify(StrengthReduce.Run(Simplify.Run(SampleKernels.Tile(2, 2, 8)))));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void PlantedFaultsAreFound(string name)
    {
        var (_, message, statements) = Planted().Single(p => p.Name == name);
        var problem = Assert.Single(KernelVerifier.Verify(Cpu(statements)));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.NotEmpty(problem.Statement);
    }

    [Theory]
    [MemberData(nameof(SimtFaults))]
    public void PlantedFaultsInSimtKernelsAreFound(string name)
    {
        var (_, message, statements) = PlantedSimt().Single(p => p.Name == name);
        Assert.Contains(KernelVerifier.Verify(Simt(statements)), p => p.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void RequireThrowsWithEveryProblem()
    {
        var error = Assert.Throws<InvalidOperationException>(() => KernelVerifier.Require(Cpu(
            [new Store(s_y, Constant.Index(64), Constant.Float(1)), new Store(s_y, Constant.Index(-1), Constant.Float(1))])));
        Assert.Contains("y[64] = 1.0", error.Message, StringComparison.Ordinal);
        Assert.Contains("y[-1] = 1.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASharedIndexOutsideIsFoundInTheSample() =>
        Assert.Contains(KernelVerifier.Verify(SampleKernels.Neighbours(shift: 1)), p =>
            p.Message.Contains("its extent is 8", StringComparison.Ordinal));

    [Fact]
    public void PaddedWindowsAreUnderstood()
    {
        // for oy, for kh in max(0, 1 - oy) .. min(3, 9 - oy): x[oy + kh - 1] is inside 0 .. 7.
        Assert.Empty(KernelVerifier.Verify(Window(reach: 9)));
        Assert.Contains(KernelVerifier.Verify(Window(reach: 10)), p => p.Message.Contains("up to element 8", StringComparison.Ordinal));
    }

    [Fact]
    public void ConditionsAreUnderstood()
    {
        var wide = new Binary(BinaryFunction.Subtract, Constant.Index(70), s_i);
        Block Guarded(ComparisonFunction function) => new(
        [
            new For(s_i, Constant.Index(0), Constant.Index(70), 1, LoopKind.Serial, new Block(
            [
                new If(
                    new Binary(
                        BinaryFunction.And,
                        new Comparison(function, wide, Constant.Index(64)),
                        new Comparison(ComparisonFunction.Greater, wide, Constant.Index(2))),
                    new Block([new Store(s_y, IndexArithmetic.Subtract(wide, Constant.Index(1)), Constant.Float(1))]),
                    new Block([])),
            ])),
        ]);
        Assert.Empty(KernelVerifier.Verify(Cpu(Guarded(ComparisonFunction.LessOrEqual))));
        Assert.Empty(KernelVerifier.Verify(Cpu(Guarded(ComparisonFunction.Less))));
        Assert.Single(KernelVerifier.Verify(Cpu(Guarded(ComparisonFunction.NotEqual))));
    }

    [Fact]
    public void QuotientsAndRemaindersAreUnderstood()
    {
        // t in 0 .. 63: (t / 8) * 8 + t % 8 is t again.
        var row = IndexArithmetic.Divide(s_i, 8);
        var column = IndexArithmetic.Remainder(s_i, 8);
        Block Copy(long rows) => new(
        [
            new For(s_i, Constant.Index(0), Constant.Index(rows), 1, LoopKind.Serial, new Block(
                [new Store(s_y, IndexArithmetic.Add(IndexArithmetic.Scale(row, 8), column), Constant.Float(1))])),
        ]);
        Assert.Empty(KernelVerifier.Verify(Cpu(Copy(64))));
        Assert.Single(KernelVerifier.Verify(Cpu(Copy(65))));
    }

    [Fact]
    public void UnknownRangesArePassedOver()
    {
        var m = new Variable("m", KernelType.I64);
        Assert.Empty(KernelVerifier.Verify(new Kernel(
            "K",
            [new KernelParameter(s_y, BufferAccess.Write, 64), new KernelParameter(m)],
            new Block([new Store(s_y, m, Constant.Float(1))]),
            "")));
    }

    private static Kernel Window(long reach)
    {
        var oy = new Variable("oy", KernelType.I64);
        var kh = new Variable("kh", KernelType.I64);
        var end = new Variable("end", KernelType.I64);
        var start = IndexArithmetic.Max(Constant.Index(0), new Binary(BinaryFunction.Subtract, Constant.Index(1), oy));
        var last = IndexArithmetic.Min(Constant.Index(3), new Binary(BinaryFunction.Subtract, Constant.Index(reach), oy));
        var index = IndexArithmetic.Subtract(IndexArithmetic.Add(oy, kh), Constant.Index(1));
        return new Kernel(
            "Window",
            [new KernelParameter(s_y, BufferAccess.Write, 8)],
            new Block(
            [
                new For(oy, Constant.Index(0), Constant.Index(8), 1, LoopKind.Serial, new Block(
                [
                    new Let(end, last),
                    new For(kh, start, end, 1, LoopKind.Serial, new Block([new Store(s_y, index, Constant.Float(1))])),
                ])),
            ]),
            "");
    }

    private static IEnumerable<(string Name, string Message, Statement[] Statements)> Planted()
    {
        Store Write(Expression value) => new(s_y, Constant.Index(0), value);
        Statement Loop(Expression end, params Statement[] body) =>
            new For(s_i, Constant.Index(0), end, 1, LoopKind.Serial, new Block([.. body]));
        var load = new Load(s_x, Constant.Index(0));
        yield return ("undeclared", "f is not declared here", [Write(s_f)]);
        yield return ("declared in an inner block", "f is not declared here", [new Block([new Let(s_f, load)]), Write(s_f)]);
        yield return ("declared twice", "declared twice", [new Let(s_f, load), new Block([new Let(s_f, load)])]);
        yield return ("declared as another type", "but used as",
            [new Let(s_f, load), Write(new Conversion(new Variable("f", KernelType.I32), ScalarKind.F32))]);
        yield return ("counter assigned", "never assigned", [Loop(s_n, new Assign(s_i, s_n))]);
        yield return ("mixed types", "Operands of one type", [Write(new Binary(BinaryFunction.Add, load,
            new Conversion(s_n, ScalarKind.I32)) is var b ? new Conversion(b, ScalarKind.F32) : load)]);
        yield return ("mixed lanes", "Operands of one type",
            [Write(new Binary(BinaryFunction.Add, load, new Load(s_x, Constant.Index(0), 4)))]);
        yield return ("function of the wrong type", "Works on floating-point numbers",
            [Write(new Conversion(new Unary(UnaryFunction.Exp, s_n), ScalarKind.F32))]);
        yield return ("lane count", "4, 8 or 16 lanes", [Write(new Extract(new Load(s_x, Constant.Index(0), 3), 0))]);
        yield return ("lane out of range", "no such lane", [Write(new Extract(new Load(s_x, Constant.Index(0), 4), 4))]);
        yield return ("shuffle out of range", "8 lanes to choose from",
            [Write(new Extract(new Shuffle(new Load(s_x, Constant.Index(0), 4), new Load(s_x, Constant.Index(0), 4), [0, 1, 2, 8]), 0))]);
        yield return ("condition", "truth value", [new If(s_n, new Block([]))]);
        yield return ("selection", "as many truth values", [Write(new Selection(s_n, load, load))]);
        yield return ("store of another type", "the value is i64", [Write(s_n)]);
        yield return ("store to a number", "is no pointer", [new Store(s_n, Constant.Index(0), s_n)]);
        yield return ("index", "not an i32 or i64", [new Store(s_y, Constant.Float(0), load)]);
        yield return ("let of another type", "f32 is needed", [new Let(s_f, s_n)]);
        yield return ("reads what is only written", "Reads y", [Write(new Load(s_y, Constant.Index(0)))]);
        yield return ("writes what is only read", "Writes x", [new Store(s_x, Constant.Index(0), load)]);
        yield return ("writes through a copied pointer", "Writes x",
            [new Let(new Variable("p", s_x.Type), s_x), new Store(new Variable("p", s_x.Type), Constant.Index(0), load)]);
        yield return ("certainly outside", "up to element 64", [new Store(s_y, Constant.Index(64), load)]);
        yield return ("vector over the end", "up to element 64", [new Store(s_y, Constant.Index(61), new Load(s_x, Constant.Index(0), 4))]);
        yield return ("before the begin", "from element -1",
            [Loop(Constant.Index(3), new Store(s_y, IndexArithmetic.Subtract(s_i, Constant.Index(1)), load))]);
        yield return ("possibly outside", "up to element 99", [new Store(s_y, s_n, load)]);
        yield return ("outside in the last round", "up to element 64", [Loop(Constant.Index(65), new Store(s_y, s_i, load))]);
        yield return ("outside through a moved pointer", "up to element 64",
            [new Store(new Binary(BinaryFunction.Add, s_y, Constant.Index(60)), Constant.Index(4), load)]);
        var scratch = new Variable("s", KernelType.PointerTo(ScalarKind.F32, AddressSpace.Local));
        yield return ("outside after an allocation", "its extent is 2",
            [new Allocate(scratch, 2), new Store(scratch, Constant.Index(2), load)]);
        yield return ("unrolled with unknown bounds", "constant bounds",
            [new For(s_i, Constant.Index(0), s_n, 1, LoopKind.Unrolled, new Block([]))]);
        yield return ("step", "step is positive", [new For(s_i, Constant.Index(0), s_n, 0, LoopKind.Serial, new Block([]))]);
        yield return ("end that moves", "does not change", [new Let(new Variable("m", KernelType.I64), s_n),
            Loop(new Variable("m", KernelType.I64), new Assign(new Variable("m", KernelType.I64), Constant.Index(1)))]);
        yield return ("threads on a CPU", "has no threads", [new Let(new Variable("t", KernelType.I32), s_thread)]);
        yield return ("barrier on a CPU", "has no threads", [new Barrier(BarrierScope.Group)]);
        yield return ("too few arguments", "gets 1 arguments", [new Call(SampleKernels.Doubled(), [s_x])]);
        yield return ("argument of another type", "the argument n is i64", [new Call(SampleKernels.Doubled(), [s_x, s_n])]);
        yield return ("argument that may only be read", "Writes x", [new Call(SampleKernels.Doubled(), [s_x, s_x])]);
        yield return ("argument too short", "up to element 64",
            [new Call(SampleKernels.Doubled(), [s_x, new Binary(BinaryFunction.Add, s_y, Constant.Index(63))])]);
    }

    private static IEnumerable<(string Name, string Message, Statement[] Statements)> PlantedSimt()
    {
        var barrier = new Barrier(BarrierScope.Group);
        var half = new Comparison(ComparisonFunction.Less, s_thread, Constant.Int(4));
        var flag = new Variable("flag", KernelType.Bool);
        var count = new Variable("count", KernelType.I32);
        var round = new Variable("round", KernelType.I32);
        const string Message = "Not all threads come to this barrier";
        yield return ("prefetch", "SIMT kernels do not prefetch", [new Prefetch(s_x, Constant.Int(0))]);
        yield return ("barrier for some threads", Message, [new If(half, new Block([barrier]))]);
        yield return ("barrier depending on data", Message,
            [new If(new Comparison(ComparisonFunction.Less, new Load(s_x, Constant.Int(0)), Constant.Float(1)), new Block([barrier]))]);
        yield return ("barrier behind a variable", Message, [new Let(flag, half), new If(flag, new Block([barrier]))]);
        yield return ("barrier in rounds that differ", Message,
            [new For(round, Constant.Int(0), s_thread, 1, LoopKind.Serial, new Block([barrier]))]);
        yield return ("barrier behind a variable set in divergent flow", Message,
        [
            new Let(count, Constant.Int(0)),
            new If(half, new Block([new Assign(count, Constant.Int(1))])),
            new For(round, Constant.Int(0), count, 1, LoopKind.Serial, new Block([barrier])),
        ]);
        yield return ("thread outside", "up to element 7", [new Store(s_y, IndexArithmetic.Scale(s_thread, 1), Constant.Float(1))]);
    }

    private static Kernel Cpu(params Statement[] statements) => new(
        "K",
        [
            new KernelParameter(s_x, BufferAccess.Read, 64),
            new KernelParameter(s_y, BufferAccess.Write, 64),
            new KernelParameter(s_n, Range: (0, 99)),
        ],
        new Block([.. statements]),
        "");

    private static Kernel Simt(params Statement[] statements) => new(
        "K",
        [new KernelParameter(s_x, BufferAccess.Read, 7), new KernelParameter(s_y, BufferAccess.Write, 7)],
        new Block([.. statements]),
        "",
        new LaunchShape((8, 1, 1), (Constant.Int(1), Constant.Int(1), Constant.Int(1))));
}
