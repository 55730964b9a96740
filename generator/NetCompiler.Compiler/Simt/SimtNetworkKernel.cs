using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Simt;

/// <summary>The kernel of a whole network while it is built: what its stages hand to each other is in the group's memory.</summary>
internal sealed class SimtNetworkKernel : SimtKernel
{
    private readonly Dictionary<Value, Variable> _shared = [];

    /// <summary>A kernel that has declared its parameters and allocated what stages hand to each other.</summary>
    /// <param name="stage">The network.</param>
    /// <param name="environment">Layouts as they are in memory that is not the group's.</param>
    public SimtNetworkKernel(Stage stage, StageEnvironment environment)
        : base(stage, environment, [])
    {
        Declare(stage.Inputs.Concat(stage.Outputs));
        foreach (var value in Between(stage))
            _shared[value] = Shared(Identifiers.Role(value.Name), (int)value.Type.SampleLength);
    }

    /// <summary>What a network's stages hand to each other.</summary>
    public static IEnumerable<Value> Between(Stage stage) => stage.Parts.SelectMany(p => p.Outputs).Where(v => !stage.Outputs.Contains(v));

    /// <inheritdoc/>
    public override Variable Pointer(Value value) => _shared.TryGetValue(value, out var shared) ? shared : base.Pointer(value);
}
