using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetCompiler.Compiler.Printers;

namespace NetCompiler.Generator;

/// <summary>
/// Compiles classes marked [Network]. Every step's result is a record that compares by value: an edit that does not change a
/// declaration runs nothing again.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class NetworkGenerator : IIncrementalGenerator
{
    /// <summary>The step that reads classes; runs again after every edit, and its results are equal after most.</summary>
    public const string DeclarationStep = "Declaration";

    /// <summary>The step that reads what the build asks for.</summary>
    public const string OptionsStep = "Options";

    /// <summary>The step that reads which runtime is referenced.</summary>
    public const string RuntimeStep = "Runtime";

    /// <summary>The step that finds out whether networks are to run on ILGPU's accelerators.</summary>
    public const string IlgpuStep = "Ilgpu";

    /// <summary>The step that finds out which forms of the kernels of updates are needed.</summary>
    public const string UpdatesStep = "Updates";

    /// <summary>The step that compiles a declaration up to what editors need.</summary>
    public const string ApiStep = "Api";

    /// <summary>The step that compiles a declaration to kernels.</summary>
    public const string KernelsStep = "Kernels";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var declarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                DeclarationReader.NetworkAttribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (match, cancellation) =>
                    DeclarationReader.Read(
                        (INamedTypeSymbol)match.TargetSymbol, match.TargetNode, match.SemanticModel.Compilation, cancellation))
            .WithTrackingName(DeclarationStep)
            .Where(static declaration => declaration is not null)
            .Select(static (declaration, _) => declaration!);
        var ilgpu = context.CompilationProvider
            .Select(static (compilation, _) => (IsThere: References(compilation, "ILGPU"), HasAlgorithms: References(compilation, "ILGPU.Algorithms")));
        var options = context.AnalyzerConfigOptionsProvider.Combine(ilgpu)
            .Select(static (pair, _) => GeneratorOptions.Read(pair.Left.GlobalOptions, pair.Right))
            .WithTrackingName(OptionsStep);

        var api = declarations.Combine(options)
            .Select(static (pair, cancellation) => CompiledNetwork.Declare(pair.Left, pair.Right, cancellation))
            .WithTrackingName(ApiStep);
        context.RegisterSourceOutput(api, static (output, network) => Add(output, network));
        context.RegisterSourceOutput(
            api.Where(static network => !network.Diagnostics.IsEmpty).Combine(context.CompilationProvider),
            static (output, pair) => Report(output, pair.Left, pair.Right));

        context.RegisterSourceOutput(
            declarations.Collect().Combine(options)
                .Select(static (pair, _) => pair.Right.Compiler.Ilgpu && !pair.Left.IsEmpty)
                .WithTrackingName(IlgpuStep),
            static (output, isUsed) =>
            {
                if (isUsed)
                    output.AddSource(IlgpuSupportPrinter.HintName, IlgpuSupportPrinter.Text);
            });

        // Kernels refer to it, so it is there where any are.
        context.RegisterImplementationSourceOutput(
            declarations.Collect().Combine(options)
                .Select(static (pair, _) => pair.Left.IsEmpty || pair.Right.IsDesignTime
                    ? (Cuda: false, Ilgpu: false, HasAlgorithms: false)
                    : (pair.Right.Compiler.Cuda, pair.Right.Compiler.Ilgpu, HasAlgorithms: pair.Right.Compiler.IlgpuAlgorithms))
                .WithTrackingName(UpdatesStep),
            static (output, forms) =>
            {
                if (forms.Cuda || forms.Ilgpu)
                    output.AddSource(UpdatePrinter.HintName, InvariantCulture.Run(() => UpdatePrinter.Print(forms.Cuda, forms.Ilgpu, forms.HasAlgorithms)));
            });

        var unexportable = declarations.Collect().Combine(options)
            .SelectMany(static (pair, _) => NativeExportNames.Check(pair.Left, pair.Right.Compiler));
        context.RegisterSourceOutput(
            unexportable.Combine(context.CompilationProvider), static (output, pair) => Report(output, pair.Left, pair.Right));

        // Once for the project, which is where it is set, if there are networks at all.
        context.RegisterSourceOutput(
            declarations.Collect().Combine(options)
                .Select(static (pair, _) => pair.Left.IsEmpty ? null : pair.Right.Diagnostic),
            static (output, diagnostic) =>
            {
                if (diagnostic is not null)
                    output.ReportDiagnostic(DiagnosticReporter.Create(diagnostic));
            });

        var runtime = context.CompilationProvider
            .Select(static (compilation, _) => RuntimeVersion.Read(compilation))
            .WithTrackingName(RuntimeStep);
        context.RegisterSourceOutput(
            declarations.Combine(runtime)
                .Select(static (pair, _) => CompiledNetwork.CheckRuntime(pair.Left, pair.Right))
                .Where(static network => !network.Diagnostics.IsEmpty)
                .Combine(context.CompilationProvider),
            static (output, pair) => Report(output, pair.Left, pair.Right));

        var kernels = declarations.Combine(options)
            .Where(static pair => pair.Left.State == DeclarationState.Complete && !pair.Right.IsDesignTime)
            .Select(static (pair, cancellation) => CompiledNetwork.Compile(pair.Left, pair.Right, cancellation))
            .WithTrackingName(KernelsStep);
        context.RegisterImplementationSourceOutput(kernels, static (output, network) => Add(output, network));
        context.RegisterImplementationSourceOutput(
            kernels.Where(static network => !network.Diagnostics.IsEmpty).Combine(context.CompilationProvider),
            static (output, pair) => Report(output, pair.Left, pair.Right));
    }

    private static bool References(Compilation compilation, string assembly) =>
        compilation.ReferencedAssemblyNames.Any(name => name.Name == assembly);

    private static void Add(SourceProductionContext output, CompiledNetwork network)
    {
        foreach (var file in network.Files)
            output.AddSource(file.HintName, file.Text);
    }

    private static void Report(SourceProductionContext output, CompiledNetwork network, Compilation compilation)
    {
        foreach (var diagnostic in network.Diagnostics)
            output.ReportDiagnostic(DiagnosticReporter.Create(compilation, network.MetadataName, diagnostic, output.CancellationToken));
    }
}
