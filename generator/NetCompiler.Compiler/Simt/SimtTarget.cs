using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Simt;

/// <summary>A GPU, programmed as many threads in groups that share memory; single precision, 32-bit indices.</summary>
public sealed class SimtTarget : ITarget
{
    /// <summary>Threads that run in lockstep.</summary>
    public const int WarpSize = 32;

    /// <summary>The bytes of shared memory that a group may take: what every device has, and all that ILGPU gives.</summary>
    public const int SharedBytes = 48 * 1024;

    /// <summary>Parameters of a kernel that ILGPU can launch: a delegate takes no more beside its stream and its configuration.</summary>
    public const int LargestParameters = 14;

    /// <summary>Numbers that a thread reads at once at most: 128 bits.</summary>
    internal const int LanesOfAccess = 4;

    /// <summary>Groups that a launch should have at least, so that every multiprocessor of a large device has one.</summary>
    internal const int Multiprocessors = 128;

    /// <summary>Multiply-adds of threads that a multiprocessor begins in one cycle.</summary>
    internal const double LanesPerCycle = 128;

    /// <summary>The target.</summary>
    public SimtTarget() => Implementations =
        [new SimtContraction(), new SimtTensorCore(), new SimtReduction(), new SimtScatter(), new SimtElements(), new SimtScan(this), new SimtNetwork()];

    /// <inheritdoc/>
    public string Name => "simt";

    /// <inheritdoc/>
    public ImmutableArray<IImplementation> Implementations { get; }

    /// <inheritdoc/>
    public Layout LayoutOf(TensorType type) => Layout.Canonical(type);
}
