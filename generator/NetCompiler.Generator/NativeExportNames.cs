using System.Collections.Immutable;
using NetCompiler.Compiler;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Printers;

namespace NetCompiler.Generator;

/// <summary>Checks that the networks of a project can be told apart in C.</summary>
internal static class NativeExportNames
{
    /// <summary>The networks that cannot be exported, with the reason; none where the build exports none.</summary>
    public static ImmutableArray<CompiledNetwork> Check(ImmutableArray<NetworkDeclaration> networks, CompilerOptions options)
    {
        if (!options.NativeExports)
            return [];
        var owners = new Dictionary<string, string>();
        var broken = ImmutableArray.CreateBuilder<CompiledNetwork>();
        foreach (var network in networks.OrderBy(n => n.MetadataName, StringComparer.Ordinal))
        {
            var name = CName.Of(network.Spec.Name);
            if (name is null)
                Add(network, "its name has characters beyond ASCII");
            else if (owners.TryGetValue(name, out var owner))
                Add(network, $"the names of its functions, '{name}_…', are those of '{owner}'");
            else
                owners.Add(name, network.MetadataName);
        }

        return broken.ToImmutable();

        void Add(NetworkDeclaration network, string reason) => broken.Add(new CompiledNetwork(
            network.MetadataName, [], [new NetworkDiagnostic(Rules.NativeExport, -1, null, [network.Spec.Name, reason])]));
    }
}
