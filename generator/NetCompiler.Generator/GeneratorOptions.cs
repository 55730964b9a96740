using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis.Diagnostics;
using NetCompiler.Compiler;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Simt;

namespace NetCompiler.Generator;

/// <summary>What a build asks for, by MSBuild properties and by what it references.</summary>
/// <param name="Compiler">What the compiler is asked for.</param>
/// <param name="IsDesignTime">True where an editor builds, which needs no kernels.</param>
/// <param name="Diagnostic">What is wrong with a property; null where nothing is.</param>
internal sealed record GeneratorOptions(CompilerOptions Compiler, bool IsDesignTime, NetworkDiagnostic? Diagnostic)
{
    private const string Precisions = "NetCompilerCudaPrecisions";

    /// <summary>
    /// Reads NetCompilerVectorWidths (of 512, 256, 128, separated by ; , or |), NetCompilerDump, NetCompilerNativeExports, NetCompilerCuda,
    /// NetCompilerCudaPrecisions (of Default, Tf32, BFloat16, likewise) and DesignTimeBuild. Widths that there is no code for are left out;
    /// where none is left, all are emitted. Precisions that there are not are said.
    /// </summary>
    /// <remarks>
    /// In the file by which MSBuild hands properties over, a semicolon begins a comment: what is to arrive whole has another separator.
    /// </remarks>
    public static GeneratorOptions Read(AnalyzerConfigOptions options, (bool IsThere, bool HasAlgorithms) ilgpu)
    {
        var widths = List(options, "NetCompilerVectorWidths")
            .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var width) ? width : 0)
            .ToImmutableHashSet();
        var known = CompilerOptions.Default.VectorWidths;
        var chosen = known.Where(widths.Contains).ToImmutableArray();
        var precisions = ImmutableArray.CreateBuilder<MatrixFormat?>();
        NetworkDiagnostic? diagnostic = null;
        foreach (var name in List(options, Precisions))
        {
            if (DevicePrecision.TryParse(name, out var format))
                precisions.Add(format);
            else
                diagnostic ??= new NetworkDiagnostic(Rules.BuildProperty, -1, null, [Precisions, $"some of {string.Join(", ", DevicePrecision.Names)}", name]);
        }

        var compiler = new CompilerOptions(
            chosen.IsEmpty ? known : chosen, IsTrue(options, "NetCompilerDump"), ilgpu.IsThere, IsTrue(options, "NetCompilerNativeExports"),
            IsTrue(options, "NetCompilerCuda"), ilgpu.HasAlgorithms);
        return new GeneratorOptions(
            compiler with { Precisions = precisions.ToImmutable() }, IsTrue(options, "DesignTimeBuild"), diagnostic);
    }

    private static IEnumerable<string> List(AnalyzerConfigOptions options, string property) => Text(options, property)
        .Split([';', ',', '|'], StringSplitOptions.RemoveEmptyEntries).Select(text => text.Trim()).Where(text => text.Length > 0);

    private static bool IsTrue(AnalyzerConfigOptions options, string property) =>
        string.Equals(Text(options, property), "true", StringComparison.OrdinalIgnoreCase);

    private static string Text(AnalyzerConfigOptions options, string property) =>
        options.TryGetValue("build_property." + property, out var value) ? value : "";
}
