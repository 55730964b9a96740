using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels.Verification;

namespace NetCompiler.Compiler.Kernels;

/// <summary>
/// Checks kernels without running them: types, declarations, access to parameters, bounds of affine indices where extents and ranges are
/// known, and barriers that not all threads would come to.
/// </summary>
public static class KernelVerifier
{
    /// <summary>What is wrong with a kernel; empty where nothing is. Kernels that it calls are not looked into.</summary>
    public static ImmutableArray<KernelProblem> Verify(Kernel kernel) => new Checker(kernel).Run();

    /// <summary>Passes a kernel through, if nothing is wrong with it.</summary>
    /// <exception cref="InvalidOperationException">Something is; the message names the kernel, the statements and the problems.</exception>
    public static Kernel Require(Kernel kernel)
    {
        var problems = Verify(kernel);
        return problems.IsEmpty ? kernel : throw new InvalidOperationException(string.Join("\n", problems));
    }

    private sealed class Checker(Kernel kernel)
    {
        private readonly ImmutableArray<KernelProblem>.Builder _problems = ImmutableArray.CreateBuilder<KernelProblem>();
        private readonly HashSet<string> _names = [];
        private readonly HashSet<string> _counters = [];
        private readonly HashSet<string> _assigned = KernelWalk.Assigned(kernel.Body);
        private readonly Dictionary<string, KernelType> _visible = [];
        private readonly Dictionary<string, KernelParameter> _parameters = [];
        private readonly Dictionary<string, long> _extents = [];
        private readonly Dictionary<string, HashSet<string>> _origins = [];
        private readonly HashSet<string> _divergent = DivergentVariables(kernel);
        private readonly IndexBounds _bounds = new(kernel);
        private Statement? _statement;

        public ImmutableArray<KernelProblem> Run()
        {
            foreach (var parameter in kernel.Parameters)
            {
                var variable = parameter.Variable;
                Declare(variable);
                _parameters[variable.Name] = parameter;
                if (variable.Type.IsPointer && parameter.Extent is { } extent)
                    _extents[variable.Name] = extent;
                if (!variable.Type.IsPointer && parameter.Access != BufferAccess.None)
                    Report($"The parameter {variable.Name} is no pointer, but has the access {parameter.Access}.");
                if (parameter.Range is var (min, max) && !_assigned.Contains(variable.Name))
                    _bounds.SetRange(variable, min, max);
            }

            if (kernel.Launch is { } launch)
            {
                CheckExpression(launch.GridSize.X);
                CheckExpression(launch.GridSize.Y);
                CheckExpression(launch.GridSize.Z);
            }

            Check(kernel.Body, isDivergent: false, isReached: true);
            return _problems.ToImmutable();
        }

        // Variables that differ, or may differ, from thread to thread of a group.
        private static HashSet<string> DivergentVariables(Kernel kernel)
        {
            var divergent = new HashSet<string>();
            int before;
            do
            {
                before = divergent.Count;
                Visit(kernel.Body, false);
            }
            while (divergent.Count > before);
            return divergent;

            void Visit(Block block, bool inDivergentFlow)
            {
                foreach (var statement in block.Statements)
                {
                    var diverges = inDivergentFlow || KernelWalk.Expressions(statement).Any(e => IsDivergent(e, divergent));
                    if (diverges && statement is (Let or For) && KernelWalk.Declared(statement) is { } variable)
                        divergent.Add(variable.Name);
                    // Each thread has a part of a product's sums.
                    if (diverges || statement is MatrixMultiplyAdd)
                        divergent.UnionWith(KernelWalk.AssignedBy(statement).Select(v => v.Name));
                    foreach (var inner in KernelWalk.Blocks(statement))
                        Visit(inner, inDivergentFlow || (statement is If or For && diverges));
                }
            }
        }

        private static bool IsDivergent(Expression expression, HashSet<string> divergent) => KernelWalk.All(expression).Any(e =>
            e is ThreadIndex { Identifier: ThreadIdentifier.ThreadInGroup } or Load || (e is Variable v && divergent.Contains(v.Name)));

        private void Check(Block block, bool isDivergent, bool isReached)
        {
            var declared = new List<string>();
            foreach (var statement in block.Statements)
            {
                _statement = statement;
                foreach (var expression in KernelWalk.Expressions(statement))
                    CheckExpression(expression);
                Check(statement, isDivergent, isReached);
                if (statement is not For && KernelWalk.Declared(statement) is { } variable)
                {
                    Declare(variable);
                    declared.Add(variable.Name);
                }
            }

            foreach (var name in declared)
                _visible.Remove(name);
        }

        private void Check(Statement statement, bool isDivergent, bool isReached)
        {
            if (isReached)
            {
                foreach (var load in KernelWalk.Expressions(statement).SelectMany(KernelWalk.All).OfType<Load>())
                    CheckAccess(load.Pointer, load.Index, load.Lanes, BufferAccess.Read);
            }

            switch (statement)
            {
                case Block block:
                    Check(block, isDivergent, isReached);
                    break;
                case Let let:
                    RequireType(let.Value, let.Variable.Type);
                    if (!_assigned.Contains(let.Variable.Name)
                        && (let.Variable.Type.IsPointer || let.Variable.Type is { Lanes: 1, IsFloat: false }))
                        _bounds.Define(let.Variable, let.Value);
                    Follow(let.Variable, let.Value);
                    break;
                case Assign assign:
                    CheckVariable(assign.Variable);
                    if (_counters.Contains(assign.Variable.Name))
                        Report($"{assign.Variable.Name} is a loop's counter, which is never assigned to.");
                    if (_parameters.ContainsKey(assign.Variable.Name) && kernel.Launch is not null)
                        Report($"{assign.Variable.Name} is a parameter, which SIMT kernels do not assign to.");
                    RequireType(assign.Value, assign.Variable.Type);
                    Follow(assign.Variable, assign.Value);
                    break;
                case Store store:
                    if (TypeRules.Access(store.Pointer, store.Index, store.Value.Type) is { } problem)
                        Report(problem);
                    else if (isReached)
                        CheckAccess(store.Pointer, store.Index, store.Value.Type.Lanes, BufferAccess.Write);
                    break;
                case Prefetch prefetch:
                    if (TypeRules.Access(prefetch.Pointer, prefetch.Index, new KernelType(prefetch.Pointer.Type.Scalar)) is { } unsound)
                        Report(unsound);
                    if (kernel.Launch is not null)
                        Report("SIMT kernels do not prefetch.");
                    break;
                case For loop:
                    CheckLoop(loop, isDivergent, isReached);
                    break;
                case If branch:
                    CheckBranch(branch, isDivergent, isReached);
                    break;
                case Allocate allocate:
                    if (allocate.Pointer.Type.Space is not (AddressSpace.Shared or AddressSpace.Local))
                        Report("Kernels allocate shared and local memory only.");
                    else if (allocate.Pointer.Type.Space == AddressSpace.Shared && kernel.Launch is null)
                        Report("A CPU kernel has no shared memory.");
                    if (allocate.Count <= 0)
                        Report("An allocation has at least one element.");
                    _extents[allocate.Pointer.Name] = allocate.Count;
                    break;
                case Barrier:
                    if (kernel.Launch is null)
                        Report("A CPU kernel has no threads to wait for.");
                    if (isDivergent)
                        Report("Not all threads come to this barrier: the flow around it depends on the thread or on loaded data.");
                    break;
                case AsyncCopy copy:
                    CheckCopy(copy, isReached);
                    break;
                case CommitCopies or WaitForCopies when kernel.Launch is null:
                    Report("A CPU kernel has no copies to wait for.");
                    break;
                case MatrixMultiplyAdd product:
                    CheckProduct(product, isDivergent);
                    break;
                case Call call:
                    CheckCall(call);
                    break;
                default:
                    break;
            }
        }

        private void CheckLoop(For loop, bool isDivergent, bool isReached)
        {
            if (!TypeRules.IsIndex(loop.Counter.Type))
                Report($"A counter is an i32 or i64, not {loop.Counter.Type}.");
            RequireType(loop.Start, loop.Counter.Type);
            RequireType(loop.End, loop.Counter.Type);
            if (loop.Step <= 0)
                Report("A loop's step is positive.");
            if (loop.Kind == LoopKind.Unrolled && loop is not { Start: Constant, End: Constant })
                Report("A loop that is written out has constant bounds.");
            var assigned = KernelWalk.Assigned(loop.Body);
            if (KernelWalk.All(loop.End).Any(e => e is Variable v && assigned.Contains(v.Name)))
                Report("The end of a loop does not change while it runs.");
            var facts = _bounds.FactCount;
            var hasRounds = loop.Step > 0 && _bounds.Enter(loop);
            Declare(loop.Counter);
            _counters.Add(loop.Counter.Name);
            var diverges = isDivergent || IsDivergent(loop.Start, _divergent) || IsDivergent(loop.End, _divergent);
            Check(loop.Body, diverges, isReached && hasRounds);
            _visible.Remove(loop.Counter.Name);
            _bounds.Forget(facts);
        }

        private void CheckBranch(If branch, bool isDivergent, bool isReached)
        {
            if (branch.Condition.Type != KernelType.Bool)
                Report($"A condition is a truth value, not {branch.Condition.Type}.");
            var diverges = isDivergent || IsDivergent(branch.Condition, _divergent);
            var facts = _bounds.FactCount;
            var canHold = _bounds.Assume(branch.Condition);
            Check(branch.Then, diverges, isReached && canHold);
            _bounds.Forget(facts);
            if (branch.Else is not { } otherwise)
                return;
            var canFail = _bounds.Assume(branch.Condition, holds: false);
            Check(otherwise, diverges, isReached && canFail);
            _bounds.Forget(facts);
        }

        private void CheckCopy(AsyncCopy copy, bool isReached)
        {
            var number = new KernelType(copy.Source.Type.Scalar);
            if (copy.Target.Type.Space != AddressSpace.Shared || copy.Source.Type.Space != AddressSpace.Global || number != KernelType.F32)
                Report("Numbers in single precision are copied from global to shared memory.");
            if (copy.Condition is { } where && where.Type != KernelType.Bool)
                Report($"A condition is a truth value, not {where.Type}.");
            if ((TypeRules.Access(copy.Target, copy.TargetIndex, number) ?? TypeRules.Access(copy.Source, copy.SourceIndex, number)) is { } problem)
            {
                Report(problem);
            }
            else if (isReached)
            {
                CheckAccess(copy.Target, copy.TargetIndex, 1, BufferAccess.Write);
                var facts = _bounds.FactCount;
                if (copy.Condition is null || _bounds.Assume(copy.Condition))
                    CheckAccess(copy.Source, copy.SourceIndex, 1, BufferAccess.Read);
                _bounds.Forget(facts);
            }
        }

        private void CheckProduct(MatrixMultiplyAdd product, bool isDivergent)
        {
            var (x, y, z) = kernel.Launch?.GroupSize ?? default;
            if (x * y * z == 0 || x * y * z % MatrixFragment.Threads != 0)
                Report("A product of matrices needs groups of whole warps.");
            if (isDivergent)
                Report("Not all threads of a warp come to this product: the flow around it depends on the thread or on loaded data.");
            foreach (var sum in product.Sums)
            {
                CheckVariable(sum);
                RequireType(sum, KernelType.F32);
            }

            if (product.Sums.Length != MatrixFragment.Sums || product.Sums.Distinct().Count() != product.Sums.Length)
                Report($"A thread has {MatrixFragment.Sums} sums of a product.");
            if (product.Left.Length != MatrixFragment.LeftRegisters || product.Right.Length != MatrixFragment.RightRegisters)
                Report($"A thread has {MatrixFragment.LeftRegisters} registers of the left factor and {MatrixFragment.RightRegisters} of the right one.");
            foreach (var register in product.Left.Concat(product.Right))
                RequireType(register, KernelType.I32);
        }

        private void CheckCall(Call call)
        {
            var parameters = call.Kernel.Parameters;
            if (call.Arguments.Length != parameters.Length)
            {
                Report($"{call.Kernel.Name} has {parameters.Length} parameters, but gets {call.Arguments.Length} arguments.");
                return;
            }

            for (var i = 0; i < parameters.Length; i++)
            {
                var (parameter, argument) = (parameters[i], call.Arguments[i]);
                var (expected, actual) = (parameter.Variable.Type, argument.Type);
                var which = $"The parameter {parameter.Variable.Name} of {call.Kernel.Name}";
                if (expected.IsPointer ? !actual.IsPointer || actual.Scalar != expected.Scalar : actual != expected)
                {
                    Report($"{which} is {expected}, the argument {argument} is {actual}.");
                    continue;
                }

                foreach (var access in new[] { BufferAccess.Read, BufferAccess.Write })
                {
                    if (expected.IsPointer && parameter.Access.HasFlag(access))
                        CheckAllowed(argument, access);
                }

                if (parameter.Range is var (min, max) && expected.IsInteger)
                {
                    var value = _bounds.Of(argument);
                    if (_bounds.Min(value, min) < min || _bounds.Max(value, max) > max)
                        Report($"{which} is in {min} .. {max}, the argument {argument} may not be.");
                }

                // A window into memory must lie inside it.
                if (expected.IsPointer && parameter.Extent is { } extent and > 0)
                    CheckBounds(argument, new Constant(KernelType.I64, 0), extent, "passes");
            }
        }

        private void CheckAccess(Expression pointer, Expression index, int lanes, BufferAccess access)
        {
            if (!pointer.Type.IsPointer)
                return;
            CheckAllowed(pointer, access);
            CheckBounds(pointer, index, lanes, access == BufferAccess.Read ? "reads" : "writes");
            if (lanes > 1 && kernel.Launch is not null)
                CheckAlignment(pointer, index, lanes, access == BufferAccess.Read ? "Reads" : "Writes");
        }

        // A device takes several elements at once only where they begin at a multiple of their number. Unlike with bounds, what is not known is wrong.
        private void CheckAlignment(Expression pointer, Expression index, int lanes, string does)
        {
            var isKnown = _bounds.Resolve(pointer) is var (origin, offset) && !_assigned.Contains(origin.Name)
                && AlignmentOf(origin) % lanes == 0 && offset.Plus(_bounds.Of(index)).IsMultipleOf(lanes);
            if (!isKnown)
                Report($"{does} {lanes} elements at once from {index} on, which is not seen to be a multiple of {lanes} elements of {pointer}.");
        }

        private int AlignmentOf(Variable origin) => _parameters.TryGetValue(origin.Name, out var parameter)
            ? parameter.Alignment
            : Allocate.Alignment / KernelType.SizeOf(origin.Type.Scalar);

        private void CheckAllowed(Expression pointer, BufferAccess access)
        {
            var does = access == BufferAccess.Read ? "Reads" : "Writes";
            foreach (var origin in Origins(pointer))
            {
                if (_parameters.TryGetValue(origin, out var parameter) && (parameter.Access & access) == 0)
                    Report($"{does} {origin}, whose access is declared as {parameter.Access}.");
            }
        }

        private void CheckBounds(Expression pointer, Expression index, long count, string does)
        {
            if (!TypeRules.IsIndex(index.Type) || _bounds.Resolve(pointer) is not var (origin, offset)
                || _assigned.Contains(origin.Name) || !_extents.TryGetValue(origin.Name, out var extent))
                return;
            var position = offset.Plus(_bounds.Of(index));
            if (_bounds.Min(position, 0) is { } first and < 0)
                Report($"{Capital(does)} {origin.Name} from element {first} on ({index}); elements begin at 0.");
            if (_bounds.Max(position, extent - count) is { } last && last > extent - count)
                Report($"{Capital(does)} {origin.Name} up to element {last + count - 1} ({index}); its extent is {extent}.");
        }

        private void CheckExpression(Expression expression)
        {
            foreach (var node in KernelWalk.All(expression))
            {
                if (node is Variable variable)
                    CheckVariable(variable);
                else if (TypeRules.Check(node, kernel.Launch is not null) is { } problem)
                    Report(problem);
            }
        }

        private void CheckVariable(Variable variable)
        {
            if (!_visible.TryGetValue(variable.Name, out var type))
                Report($"{variable.Name} is not declared here.");
            else if (type != variable.Type)
                Report($"{variable.Name} is declared as {type}, but used as {variable.Type}.");
        }

        private void RequireType(Expression value, KernelType type)
        {
            if (value.Type != type)
                Report($"{type} is needed, but {value} is {value.Type}.");
        }

        private void Declare(Variable variable)
        {
            if (!_names.Add(variable.Name))
                Report($"The name {variable.Name} is declared twice.");
            _visible[variable.Name] = variable.Type;
        }

        // Which parameters a pointer may point into.
        private void Follow(Variable variable, Expression value)
        {
            if (!variable.Type.IsPointer)
                return;
            if (!_origins.TryGetValue(variable.Name, out var origins))
                _origins[variable.Name] = origins = [];
            origins.UnionWith(Origins(value).ToList());
        }

        private IEnumerable<string> Origins(Expression pointer) => KernelWalk.All(pointer).OfType<Variable>()
            .Where(v => v.Type.IsPointer)
            .SelectMany(v => _origins.TryGetValue(v.Name, out var origins) ? origins : (IEnumerable<string>)[v.Name]);

        private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text.Substring(1);

        private void Report(string message)
        {
            var problem = new KernelProblem(kernel.Name, _statement is null ? "" : KernelText.FirstLine(_statement), message);
            if (!_problems.Contains(problem))
                _problems.Add(problem);
        }
    }
}
