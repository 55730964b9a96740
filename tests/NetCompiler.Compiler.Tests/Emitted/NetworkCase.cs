using System.Globalization;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>A network to emit code for and to run.</summary>
/// <param name="Model">The network; its name is that of the emitted class.</param>
/// <param name="Batch">Samples that it is run with.</param>
/// <param name="Seed">Seeds parameters, inputs and targets.</param>
/// <param name="Widths">The vector widths to emit, widest first.</param>
/// <param name="Options">How the passes are compiled.</param>
public sealed record NetworkCase(NetworkModel Model, int Batch, int Seed, int[] Widths, PassOptions Options)
{
    /// <summary>The name of the emitted class.</summary>
    public string Name => Model.Spec.Name;

    /// <summary>The network as written down, with all that is needed to run it again.</summary>
    public override string ToString()
    {
        var how = string.Concat(
            string.Concat(Options.Disabled.Select(pass => $", without {pass}")),
            Options.ForcedCandidate is { } candidate ? $", {candidate} forced" : "",
            Options.ChunkSize > 0 ? string.Create(CultureInfo.InvariantCulture, $", chunks of {Options.ChunkSize}") : "");
        return string.Create(CultureInfo.InvariantCulture, $"{Name} (seed {Seed}, batch {Batch}{how}):\n    ")
            + string.Join("\n    ", Model.Spec.Layers.Select(l => $"{l.Kind}({l.Arguments})"));
    }
}
