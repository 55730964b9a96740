using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Passes;

/// <summary>Writes what a launch hands to its kernel as expressions over the arenas and numbers of the running step.</summary>
/// <param name="memory">Where everything lies.</param>
/// <param name="lanes">Lanes that sums over the batch are split into.</param>
/// <param name="stages">The stages' numbers.</param>
internal sealed class LaunchArguments(MemoryPlan memory, int lanes, IReadOnlyDictionary<StagePlan, int> stages)
{
    private const int FloatBytes = 4;

    /// <summary>A launch, with what it has in common with others and the numbers in which it may differ from them.</summary>
    public LowerSteps.Item Read(StepKind step, StageLaunch launch, Kernel kernel, bool endsStage, Dictionary<string, int> ids)
    {
        var numbers = new List<long>();
        var item = new LowerSteps.Item(step, launch, kernel, endsStage, 0, []);
        var calls = Calls(item, Hole, v => v, new Variable("piece", KernelType.I64), new Variable("round", KernelType.I64));
        var arguments = string.Join("; ", calls.SelectMany(c => c.Arguments).Select(KernelText.Write));
        var text = $"{launch.Pieces} {launch.Launch.IsShared} {kernel.Name}({arguments}) {endsStage}";
        if (!ids.TryGetValue(text, out var key))
            ids[text] = key = ids.Count;
        return item with { Key = key, Numbers = [.. numbers] };

        Expression Hole(long number)
        {
            numbers.Add(number);
            return new Variable("?", KernelType.I64);
        }
    }

    /// <summary>The call of the launch's kernel, and that which tells the clock of it.</summary>
    /// <param name="item">The launch.</param>
    /// <param name="number">The expression to write for a number that the memory plan decided.</param>
    /// <param name="use">Called with each arena and number of the running step that is used.</param>
    /// <param name="piece">Which piece of the launch is to run.</param>
    /// <param name="round">The round of the loop that the launch is in.</param>
    public IEnumerable<Call> Calls(
        LowerSteps.Item item, Func<long, Expression> number, Func<Variable, Variable> use, Expression piece, Expression round)
    {
        var (launch, kernel) = (item.Launch, item.Launch.Launch.Kernel);
        var arguments = launch.Launch.Arguments.Select((a, i) => Argument(a, kernel.Parameters[i].Variable.Type));
        yield return new Call(item.Kernel, [.. arguments]);
        if (item.EndsStage)
            yield return new Call(StepParameters.Lap, [number(stages[launch.Stage])]);

        Expression Argument(LaunchArgument argument, KernelType type) => argument switch
        {
            LaunchArgument.OfValue value => Pointer(memory.Values[value.Value], type),
            LaunchArgument.OfBuffer buffer => Pointer(memory.Buffers[(launch.Stage, buffer.Index)], type),
            LaunchArgument.Moving moving => IndexArithmetic.Add(Argument(moving.Memory, type), moving.At(round)),
            LaunchArgument.OfConstant constant => number(constant.Value),
            LaunchArgument.OfNumber { Number: LaunchNumber.Count } => use(StepParameters.Count),
            LaunchArgument.OfNumber { Number: LaunchNumber.First } => use(StepParameters.First),
            LaunchArgument.OfNumber { Number: LaunchNumber.BatchSize } => use(StepParameters.BatchSize),
            LaunchArgument.OfNumber { Number: LaunchNumber.Seed } => use(StepParameters.Seed),
            LaunchArgument.OfNumber { Number: LaunchNumber.PartStart } => Round(piece),
            LaunchArgument.OfNumber { Number: LaunchNumber.PartEnd } => Round(IndexArithmetic.Add(piece, Constant.Index(1))),
            LaunchArgument.OfNumber { Number: LaunchNumber.Round } => round,
            LaunchArgument.OfNumber { Number: LaunchNumber.Lanes } => Constant.Index(lanes),
            LaunchArgument.OfNumber { Number: LaunchNumber.LaneStride } => Constant.Index(memory.Bytes[Arena.Lanes] / FloatBytes),
            _ => throw new InvalidOperationException(argument.ToString()),
        };

        // The first round of a piece.
        Expression Round(Expression at) => IndexArithmetic.Divide(IndexArithmetic.Scale(at, launch.Launch.Rounds), launch.Pieces);

        Expression Pointer(Placement place, KernelType type)
        {
            var isExternal = place.Arena is Arena.Input or Arena.Output;
            Expression pointer = use(StepParameters.Of(place.Arena, isExternal ? place.Offset : 0));
            if (place.Arena == Arena.Batch)
                pointer = IndexArithmetic.Add(pointer, Times(use(StepParameters.Capacity), number(place.Offset / FloatBytes)));
            else if (!isExternal)
                pointer = IndexArithmetic.Add(pointer, number(place.Offset / FloatBytes));
            if (type.Scalar != pointer.Type.Scalar)
                pointer = new PointerCast(pointer, type.Scalar);
            if (place.Arena is Arena.Batch or Arena.Input or Arena.Output && item.Kind == StepKind.Chunks)
            {
                var elements = place.SampleBytes / KernelType.SizeOf(type.Scalar);
                pointer = IndexArithmetic.Add(pointer, IndexArithmetic.Scale(use(StepParameters.First), elements));
            }

            return pointer;
        }
    }

    private static Expression Times(Expression factor, Expression number) => number is Constant { Number: var known }
        ? IndexArithmetic.Scale(factor, (long)known)
        : new Binary(BinaryFunction.Multiply, factor, number);
}
