using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Simt;

/// <summary>A SIMT kernel of a stage while it is built: 32-bit indices, exact access and extents, a launch.</summary>
internal class SimtKernel(Stage stage, StageEnvironment environment, ImmutableArray<PlanBuffer> buffers)
    : StageKernel(1, ScalarKind.I32)
{
    /// <inheritdoc/>
    public override bool IsSimt => true;

    /// <summary>True where it adds to results that it has written, and so reads them too.</summary>
    public bool AddsToResults { get; init; }

    /// <summary>The largest number of samples of a chunk.</summary>
    public int ChunkSize => environment.ChunkSize;

    /// <summary>The samples of this chunk.</summary>
    public Variable Count => Number(LaunchNumber.Count);

    /// <summary>The number of the running thread in its group along a dimension.</summary>
    public static Expression Thread(int dimension) => new ThreadIndex(ThreadIdentifier.ThreadInGroup, dimension);

    /// <summary>The number of the running group in the grid along a dimension.</summary>
    public static Expression Group(int dimension) => new ThreadIndex(ThreadIdentifier.GroupInGrid, dimension);

    /// <summary>Declares the parameters that point to values, in this order.</summary>
    public SimtKernel Declare(IEnumerable<Value> values)
    {
        foreach (var value in values)
            Pointer(value);
        return this;
    }

    /// <summary>Allocates memory of the group.</summary>
    public Variable Shared(string name, int count)
    {
        var pointer = Builder.Fresh(name, KernelType.PointerTo(ScalarKind.F32, AddressSpace.Shared));
        Builder.Add(new Allocate(pointer, count));
        return pointer;
    }

    /// <summary>Runs statements where a condition holds; where there is no condition, always.</summary>
    public void If(Expression? condition, Action then)
    {
        if (condition is null)
            then();
        else
            Builder.Add(new If(condition, Builder.Nested(then)));
    }

    /// <summary>The kernel, how it is launched and with what.</summary>
    public KernelLaunch ToLaunch(
        string name, string summary, (int X, int Y, int Z) group, (Expression X, Expression Y, Expression Z) grid) =>
        new(Builder.Build(Identifiers.Kernel(name), summary, new LaunchShape(group, grid)), Arguments);

    /// <summary>Elements that the place of a value in memory is a multiple of: of the first one of any chunk.</summary>
    public int AlignmentOf(Value value)
    {
        // Values, and buffers of devices, begin at multiples of that.
        var most = Allocate.Alignment / KernelType.SizeOf(value.Type.Element);
        if (!value.Type.IsPerSample)
            return most;
        var alignment = environment.IsRepeated ? 1 : most;
        while (environment.Layouts[value].Length % alignment != 0)
            alignment /= 2;
        return alignment;
    }

    /// <inheritdoc/>
    protected override KernelParameter Describe(LaunchArgument argument, KernelParameter parameter) => argument switch
    {
        LaunchArgument.OfValue { Value: var value } => parameter with
        {
            Access = !stage.Outputs.Contains(value) ? BufferAccess.Read
                : AddsToResults ? BufferAccess.Read | BufferAccess.Write : BufferAccess.Write,
            // That the parts of a sum end where the samples end is more than the verifier sees; the interpreter checks it.
            Extent = !value.Type.IsPerSample ? environment.Layouts[value].Length
                : stage.Scope == StageScope.BatchSum ? null
                : environment.Layouts[value].Length * ChunkSize,
            Alignment = AlignmentOf(value),
        },
        LaunchArgument.OfBuffer { Index: var index } when index < buffers.Length => parameter with { Extent = buffers[index].Length },
        // The accumulators of all lanes.
        LaunchArgument.OfBuffer => parameter with { Access = BufferAccess.Read },
        LaunchArgument.OfNumber { Number: LaunchNumber.Count } => parameter with { Range = (1, ChunkSize) },
        _ => parameter,
    };
}
