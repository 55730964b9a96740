using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Stages;

/// <summary>A kernel of a stage while it is built: parameters appear as the values, buffers and numbers behind them are used.</summary>
/// <param name="lanes">Floats in a vector of the target; 1 where threads take the place of lanes.</param>
/// <param name="indexScalar">The type of indices: I64 on CPUs, I32 on SIMT targets.</param>
internal class StageKernel(int lanes, ScalarKind indexScalar = ScalarKind.I64)
{
    private readonly Dictionary<LaunchArgument, Variable> _arguments = [];
    private readonly List<LaunchArgument> _order = [];

    /// <summary>Floats in a vector of the target.</summary>
    public int Lanes { get; } = lanes;

    /// <summary>
    /// True where a thread computes one element: reads that may lie outside are branched around, and what was read is kept.
    /// </summary>
    public virtual bool IsSimt => false;

    /// <summary>The type of indices and of the numbers of the running step.</summary>
    public KernelType IndexType { get; } = new(indexScalar);

    /// <summary>The statements.</summary>
    public KernelBuilder Builder { get; } = new();

    /// <summary>What is known of the values of loop counters.</summary>
    public Dictionary<Expression, (long Min, long Max)> Ranges { get; } = [];

    /// <summary>The arguments used so far, in the order of the parameters.</summary>
    public ImmutableArray<LaunchArgument> Arguments => [.. _order];

    /// <summary>The parameter that points to a value.</summary>
    public virtual Variable Pointer(Value value) => Argument(new LaunchArgument.OfValue(value), () => new KernelParameter(
        new Variable(Identifiers.Role(value.Name), KernelType.PointerTo(value.Type.Element)), BufferAccess.Read | BufferAccess.Write,
        Description: $"{value.Name} {value.Type}"));

    /// <summary>The parameter that points to a buffer of the plan.</summary>
    public Variable Pointer(int index, PlanBuffer buffer) => Argument(new LaunchArgument.OfBuffer(index), () => new KernelParameter(
        new Variable(Identifiers.Role(buffer.Name), KernelType.PointerTo(buffer.Scalar)), BufferAccess.Read | BufferAccess.Write,
        Description: buffer.Name));

    /// <summary>The parameter that is a number of the running step.</summary>
    public Variable Number(LaunchNumber number) => Argument(new LaunchArgument.OfNumber(number), () => new KernelParameter(
        new Variable(Identifiers.Local(number.ToString()), number == LaunchNumber.Seed ? KernelType.I32 : IndexType)));

    /// <summary>The parameter that is a number of the launch's own; see <see cref="KernelLaunch.With"/>.</summary>
    public Variable Constant(string name, long min, long max)
    {
        var variable = Argument(new LaunchArgument.OfConstant(0), () => new KernelParameter(new Variable(name, IndexType), Range: (min, max)));
        Ranges[variable] = (min, max);
        return variable;
    }

    /// <summary>The parameter that a kernel which this one calls is to get: the same value, buffer or number in this kernel.</summary>
    /// <param name="argument">What the called kernel was built to take.</param>
    /// <param name="buffers">The plan's buffers.</param>
    public Variable Parameter(LaunchArgument argument, IReadOnlyList<PlanBuffer> buffers) => argument switch
    {
        LaunchArgument.OfValue value => Pointer(value.Value),
        LaunchArgument.OfBuffer buffer => Pointer(buffer.Index, buffers[buffer.Index]),
        LaunchArgument.OfNumber number => Number(number.Number),
        _ => throw new InvalidOperationException($"No parameter for {argument}."),
    };

    /// <summary>Calls what was built as a launch.</summary>
    /// <param name="launch">The launch.</param>
    /// <param name="number">What it gets as the number of its own.</param>
    /// <param name="buffers">The plan's buffers.</param>
    /// <param name="part">The rounds to do; null for all of them.</param>
    public void Call(
        KernelLaunch launch, Expression number, IReadOnlyList<PlanBuffer> buffers, (Expression Start, Expression End)? part = null) =>
        Builder.Add(new Call(launch.Kernel, [.. launch.Arguments.Select(argument => argument switch
        {
            LaunchArgument.OfConstant => number,
            LaunchArgument.OfNumber { Number: LaunchNumber.PartStart } when part is { } given => given.Start,
            LaunchArgument.OfNumber { Number: LaunchNumber.PartEnd } when part is { } given => given.End,
            LaunchArgument.OfNumber { Number: var known } when launch.Whole(known) is { } whole => Index(whole),
            _ => Parameter(argument, buffers),
        })]));

    /// <summary>An index that is known.</summary>
    public Constant Index(long value) => new(IndexType, value);

    /// <summary>A parameter that the calling kernel passes: an index.</summary>
    public Variable Index(string name, long min, long max)
    {
        var variable = Builder.Parameter(new KernelParameter(Builder.Fresh(name, IndexType), Range: (min, max)));
        Ranges[variable] = (min, max);
        return variable;
    }

    /// <summary>The kernel and the arguments to launch it with.</summary>
    public KernelLaunch ToLaunch(string name, string summary) => new(Builder.Build(Identifiers.Kernel(name), summary), Arguments);

    /// <summary>The rounds of the outermost loop that a launch does; see <see cref="KernelLaunch.Rounds"/>.</summary>
    public (Expression Start, Expression End) Part => (Number(LaunchNumber.PartStart), Number(LaunchNumber.PartEnd));

    /// <summary>The parameter as the kernel declares it: what the target knows of access, extents and ranges besides.</summary>
    protected virtual KernelParameter Describe(LaunchArgument argument, KernelParameter parameter) => parameter;

    private Variable Argument(LaunchArgument argument, Func<KernelParameter> create)
    {
        if (!_arguments.TryGetValue(argument, out var variable))
        {
            var parameter = create();
            variable = Builder.Fresh(parameter.Variable.Name, parameter.Variable.Type);
            Builder.Parameter(Describe(argument, parameter with { Variable = variable }));
            _arguments[argument] = variable;
            _order.Add(argument);
        }

        return variable;
    }
}
