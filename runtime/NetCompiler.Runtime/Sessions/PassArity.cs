using static System.FormattableString;

namespace NetCompiler;

/// <summary>Makes sure that a pass has as many inputs and outputs as a session hands it.</summary>
internal static class PassArity
{
    public static void CheckInputs(Network network, PassRunner pass, int inputs, string use)
    {
        if (pass.Inputs.Count != inputs)
        {
            throw new InvalidOperationException(
                Invariant($"{network.Definition.Name}: {use}: expected {pass.Inputs.Count} inputs, found {inputs}."));
        }
    }

    public static void Check(Network network, PassRunner pass, int inputs, int outputs, string use)
    {
        if (pass.Inputs.Count != inputs || pass.Outputs.Count != outputs)
        {
            throw new InvalidOperationException(
                Invariant($"{network.Definition.Name}: {use}: expected a pass with {inputs} inputs and {outputs} outputs, ") +
                Invariant($"found {pass.Inputs.Count} and {pass.Outputs.Count}."));
        }
    }
}
