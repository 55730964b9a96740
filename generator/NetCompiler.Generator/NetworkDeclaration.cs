using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Generator;

/// <summary>What was read of a class marked [Network]. Holds no symbol, syntax or location, so that it outlives a compilation.</summary>
/// <param name="MetadataName">The class's full name, by which a compilation finds it.</param>
/// <param name="Spec">The declaration.</param>
/// <param name="Diagnostics">What is wrong with it before its layers are looked at.</param>
/// <param name="State">What can be made of it.</param>
internal sealed record NetworkDeclaration(
    string MetadataName, NetworkSpec Spec, ImmutableArray<NetworkDiagnostic> Diagnostics, DeclarationState State)
{
    public bool Equals(NetworkDeclaration? other) =>
        other is not null && MetadataName == other.MetadataName && Spec.Equals(other.Spec) && State == other.State
        && Diagnostics.SequenceEqual(other.Diagnostics);

    public override int GetHashCode() => MetadataName.GetHashCode() * 31 + Spec.GetHashCode();
}

/// <summary>What can be made of a class.</summary>
internal enum DeclarationState
{
    /// <summary>A network.</summary>
    Complete,

    /// <summary>A class that looks like a network to its users, but has no layers: the declaration is not valid.</summary>
    Broken,

    /// <summary>Nothing: no part can be added to the class.</summary>
    Closed,
}
