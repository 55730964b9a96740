using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Simt;
using NetCompiler.Runtime;
using NetCompiler.UpdateRules;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Updates;

/// <summary>
/// The kernels by which parameters change on a device between two passes, whatever the network: a step of each optimiser's rule, the norm of
/// gradients, sums of them, copies. Which parameters are meant says a table of blocks in the device's memory, a group for each block: its
/// first parameter, the one behind its last, and which numbers of the step are its own.
/// </summary>
/// <remarks>NetCompiler.Runtime.DeviceUpdate launches them, by these names and with these parameters.</remarks>
public static class UpdateKernels
{
    /// <summary>The kernels.</summary>
    public static ImmutableArray<Kernel> All { get; } = [.. Rules().Select(Move), Square(), Sum(), Add(), Copy()];

    /// <summary>The rules, which are found by their type.</summary>
    internal static IEnumerable<IUpdateRule> Rules() => typeof(IUpdateRule).Assembly.GetTypes()
        .Where(t => t.IsValueType && typeof(IUpdateRule).IsAssignableFrom(t))
        .Select(t => (IUpdateRule)Activator.CreateInstance(t))
        .OrderBy(r => r.Name, StringComparer.Ordinal);

    private static Kernel Move(IUpdateRule rule)
    {
        var kernel = new BlockKernel();
        var scalars = kernel.Pointer("scalars", BufferAccess.Read);
        var gradients = kernel.Pointer("gradients", BufferAccess.Read);
        var parameters = kernel.Pointer("parameters", BufferAccess.Read | BufferAccess.Write);
        var slots = new[] { "first", "second", "third" }.Take(rule.Slots)
            .Select(name => kernel.Pointer(name, BufferAccess.Read | BufferAccess.Write)).ToArray();
        var row = kernel.Builder.Let("row", Index.Scale(kernel.Block(2), UpdateLayout.ScalarStride));
        var numbers = Enumerable.Range(0, UpdateLayout.FirstScalar + rule.Scalars)
            .Select(i => kernel.Builder.Let(Name(i), new Load(scalars, Index.Add(row, Constant.Int(i))))).ToArray();
        kernel.ForEach(i =>
        {
            var limit = numbers[UpdateLayout.GradientLimit];
            var scaled = new Binary(BinaryFunction.Multiply, new Load(gradients, i), numbers[UpdateLayout.GradientScale]);
            Expression lowest = new Binary(BinaryFunction.Max, scaled, new Unary(UnaryFunction.Negate, limit));
            Number<Expression, KernelNumbers> p = kernel.Builder.Let("p", new Load(parameters, i));
            Number<Expression, KernelNumbers> g = kernel.Builder.Let("g", new Binary(BinaryFunction.Min, lowest, limit));
            Number<Expression, KernelNumbers> first = Slot(0), second = Slot(1), third = Slot(2);
            var step = new KernelNumbers(kernel.Builder, numbers);
            var moved = rule.Move(step, p, g, ref first, ref second, ref third).Value;
            var remembered = new[] { first.Value, second.Value, third.Value };
            for (var slot = 0; slot < slots.Length; slot++)
                kernel.Builder.Add(new Store(slots[slot], i, remembered[slot]));
            kernel.Builder.Add(new Store(parameters, i, moved));

            // What the rule does not remember, it does not read either.
            Number<Expression, KernelNumbers> Slot(int slot) =>
                slot < slots.Length ? kernel.Builder.Let(slots[slot].Name + "Value", new Load(slots[slot], i)) : Constant.Float(0);
        });
        return kernel.Build(UpdateLayout.Move + rule.Name, rule.Formula + "\nwith g clipped, for the parameters of a block");

        static string Name(int i) => i switch
        {
            UpdateLayout.GradientScale => "scale",
            UpdateLayout.GradientLimit => "limit",
            _ => FormattableString.Invariant($"number{i - UpdateLayout.FirstScalar}"),
        };
    }

    private static Kernel Square()
    {
        var kernel = new BlockKernel();
        var values = kernel.Pointer("values", BufferAccess.Read);
        var sums = kernel.Pointer("sums", BufferAccess.Write);
        var sum = kernel.Builder.Declare("sum", Constant.Float(0));
        kernel.ForEach(i =>
        {
            var value = kernel.Builder.Let("value", new Load(values, i));
            kernel.Builder.Add(new Assign(sum, new FusedMultiplyAdd(value, value, sum)));
        });
        kernel.StoreSum(sum, sums, kernel.Group);
        return kernel.Build(UpdateLayout.Square, "Σ value², for each block");
    }

    private static Kernel Sum()
    {
        var kernel = new BlockKernel(isTable: false);
        var sums = kernel.Pointer("sums", BufferAccess.Read);
        var total = kernel.Pointer("total", BufferAccess.Write);
        var count = kernel.Builder.Parameter(new KernelParameter(new Variable("count", KernelType.I32), Range: (1, int.MaxValue / 2)));
        var sum = kernel.Builder.Declare("sum", Constant.Float(0));
        kernel.ForEach(kernel.Thread, count, i =>
            kernel.Builder.Add(new Assign(sum, new Binary(BinaryFunction.Add, sum, new Load(sums, i)))));
        kernel.StoreSum(sum, total, Constant.Int(0));
        return kernel.Build(UpdateLayout.Sum, "Σ of all blocks' sums, in their order");
    }

    private static Kernel Add()
    {
        var kernel = new BlockKernel();
        var scalars = kernel.Pointer("scalars", BufferAccess.Read);
        var from = kernel.Pointer("from", BufferAccess.Read);
        var to = kernel.Pointer("to", BufferAccess.Read | BufferAccess.Write);
        var weight = kernel.Builder.Let("weight", new Load(scalars, Constant.Int(0)));
        kernel.ForEach(i => kernel.Builder.Add(new Store(to, i,
            new Binary(BinaryFunction.Add, new Load(to, i), new Binary(BinaryFunction.Multiply, weight, new Load(from, i))))));
        return kernel.Build(UpdateLayout.Add, "to ← to + weight · from, for the parameters of a block");
    }

    private static Kernel Copy()
    {
        var kernel = new BlockKernel();
        var from = kernel.Pointer("from", BufferAccess.Read);
        var to = kernel.Pointer("to", BufferAccess.Write);
        kernel.ForEach(i => kernel.Builder.Add(new Store(to, i, new Load(from, i))));
        return kernel.Build(UpdateLayout.Copy, "to ← from, for the parameters of a block");
    }

    /// <summary>A kernel whose groups have a block of parameters each.</summary>
    private sealed class BlockKernel
    {
        private readonly Variable? _blocks;

        public BlockKernel(bool isTable = true)
        {
            if (isTable)
            {
                _blocks = Builder.Parameter(new KernelParameter(
                    new Variable("blocks", KernelType.PointerTo(ScalarKind.I32)), BufferAccess.Read, Description: "first, end, row"));
            }
        }

        public KernelBuilder Builder { get; } = new();

        public Expression Group { get; } = new ThreadIndex(ThreadIdentifier.GroupInGrid, 0);

        public Expression Thread { get; } = new ThreadIndex(ThreadIdentifier.ThreadInGroup, 0);

        public Variable Pointer(string name, BufferAccess access) =>
            Builder.Parameter(new KernelParameter(new Variable(name, KernelType.PointerTo(ScalarKind.F32)), access));

        /// <summary>An integer of the group's block.</summary>
        public Expression Block(int integer) =>
            new Load(_blocks!, Index.Add(Index.Scale(Group, UpdateLayout.BlockIntegers), Constant.Int(integer)));

        /// <summary>What a thread does for each of its parameters of the block: neighbours belong to neighbouring threads.</summary>
        public void ForEach(Action<Expression> body) =>
            ForEach(Index.Add(Builder.Let("blockStart", Block(0)), Thread), Builder.Let("blockEnd", Block(1)), body);

        /// <summary>What a thread does for each of its numbers of a range.</summary>
        public void ForEach(Expression first, Expression end, Action<Expression> body) =>
            Builder.Loop("i", Builder.Let("mine", first), end, UpdateLayout.Threads, body);

        /// <summary>Adds up what the threads have, as a tree.</summary>
        public void StoreSum(Variable sum, Variable to, Expression at)
        {
            var partial = Builder.Fresh("partial", KernelType.PointerTo(ScalarKind.F32, AddressSpace.Shared));
            Builder.Add(new Allocate(partial, UpdateLayout.Threads));
            var thread = Builder.Let("thread", Thread);
            Builder.Add(new Store(partial, thread, sum));
            GroupReduction.WriteTree(Builder, partial, thread, thread, UpdateLayout.Threads, BinaryFunction.Add);
            Builder.Add(new If(new Comparison(ComparisonFunction.Equal, thread, Constant.Int(0)),
                new Block([new Store(to, at, new Load(partial, Constant.Int(0)))])));
        }

        // How many blocks there are, who launches knows.
        public Kernel Build(string name, string summary) =>
            Builder.Build(name, summary, new LaunchShape((UpdateLayout.Threads, 1, 1), (Constant.Int(1), Constant.Int(1), Constant.Int(1))));
    }
}
