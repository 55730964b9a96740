using System.Globalization;
using Microsoft.CodeAnalysis;
using NetCompiler.Compiler;
using NetCompiler.Compiler.Diagnostics;

namespace NetCompiler.Generator;

/// <summary>The runtime that a compilation references.</summary>
/// <param name="Assembly">Its name and version.</param>
/// <param name="EmittedCode">The version of emitted code that it runs; null where it names none.</param>
internal sealed record RuntimeVersion(string Assembly, int? EmittedCode)
{
    private const string EmittedCodeType = "NetCompiler.Runtime.EmittedCode";

    /// <summary>Reads it off the assembly that [Network] is from; null where there is none, or several.</summary>
    public static RuntimeVersion? Read(Compilation compilation)
    {
        if (compilation.GetTypeByMetadataName(DeclarationReader.NetworkAttribute)?.ContainingAssembly is not { } assembly)
            return null;
        var field = assembly.GetTypeByMetadataName(EmittedCodeType)?.GetMembers("Version").OfType<IFieldSymbol>().FirstOrDefault();
        return new RuntimeVersion($"{assembly.Name} {assembly.Identity.Version.ToString(3)}", field?.ConstantValue as int?);
    }

    /// <summary>What is wrong with a network because of this runtime; null where it fits this generator.</summary>
    public NetworkDiagnostic? Check(string network) => EmittedCode == NetworkCompiler.EmittedCodeVersion
        ? null
        : new NetworkDiagnostic(Rules.RuntimeVersion, -1, null,
        [
            network, Text(NetworkCompiler.EmittedCodeVersion), Assembly, EmittedCode is { } version ? Text(version) : "none",
        ]);

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);
}
