using System.Collections.Immutable;
using NetCompiler.Compiler;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Printers;

namespace NetCompiler.Generator;

/// <summary>What a step made of a declaration.</summary>
/// <param name="MetadataName">The class's full name, by which a compilation finds it.</param>
/// <param name="Files">Sources to add.</param>
/// <param name="Diagnostics">Rules that the declaration breaks.</param>
internal sealed record CompiledNetwork(
    string MetadataName, ImmutableArray<GeneratedFile> Files, ImmutableArray<NetworkDiagnostic> Diagnostics)
{
    /// <summary>What editors need: the class's other half, and what is wrong with the declaration.</summary>
    public static CompiledNetwork Declare(NetworkDeclaration declaration, GeneratorOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Guard(declaration, () => declaration.State switch
        {
            DeclarationState.Closed => new CompiledNetwork(declaration.MetadataName, [], declaration.Diagnostics),
            DeclarationState.Broken => new CompiledNetwork(
                declaration.MetadataName, NetworkCompiler.DeclareBroken(declaration.Spec).Api, declaration.Diagnostics),
            _ => Of(NetworkCompiler.Declare(declaration.Spec, options.Compiler)),
        });

        CompiledNetwork Of(CompilationResult result) => new(declaration.MetadataName, result.Api, result.Diagnostics);
    }

    /// <summary>Whether the runtime at hand runs what this generator emits.</summary>
    public static CompiledNetwork CheckRuntime(NetworkDeclaration declaration, RuntimeVersion? runtime) =>
        new(declaration.MetadataName, [], runtime?.Check(declaration.Spec.Name) is { } diagnostic ? [diagnostic] : []);

    /// <summary>What runs; nothing where the declaration breaks a rule, which <see cref="Declare"/> has reported.</summary>
    public static CompiledNetwork Compile(NetworkDeclaration declaration, GeneratorOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Guard(declaration, () =>
            new CompiledNetwork(declaration.MetadataName, NetworkCompiler.Compile(declaration.Spec, options.Compiler).Kernels, []));
    }

    /// <summary>Turns a defect of the compiler into an error at the class that met it; the build and other networks go on.</summary>
    public static CompiledNetwork Guard(NetworkDeclaration declaration, Func<CompiledNetwork> compile)
    {
        try
        {
            return InvariantCulture.Run(compile);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new CompiledNetwork(declaration.MetadataName, [], [Defect(declaration.Spec.Name, exception)]);
        }
    }

    /// <summary>Says that the compiler failed.</summary>
    public static NetworkDiagnostic Defect(string network, Exception exception)
    {
        var message = $"{exception.GetType().Name}: {exception.Message}";
        return new NetworkDiagnostic(Rules.Internal, -1, null, [network, message.Replace('\n', ' ').Replace("\r", "")]);
    }
}
