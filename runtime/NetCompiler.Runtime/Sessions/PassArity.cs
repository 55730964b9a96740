using NetCompiler.Runtime;
using static System.FormattableString;

namespace NetCompiler;

/// <summary>Makes sure that a pass has as many inputs and outputs as a session hands it.</summary>
internal static class PassArity
{
    public static void CheckInputs(Network network, CompiledPass pass, int inputs, string use)
    {
        if (pass.Info.Inputs.Count != inputs)
        {
            throw new InvalidOperationException(
                Invariant($"{network.Definition.Name}: {use}: expected {pass.Info.Inputs.Count} inputs, found {inputs}."));
        }
    }

    public static void Check(Network network, CompiledPass pass, int inputs, int outputs, string use)
    {
        if (pass.Info.Inputs.Count != inputs || pass.Info.Outputs.Count != outputs)
        {
            throw new InvalidOperationException(
                Invariant($"{network.Definition.Name}: {use}: expected a pass with {inputs} inputs and {outputs} outputs, ") +
                Invariant($"found {pass.Info.Inputs.Count} and {pass.Info.Outputs.Count}."));
        }
    }
}
