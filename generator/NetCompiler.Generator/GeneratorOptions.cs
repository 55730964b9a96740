using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis.Diagnostics;
using NetCompiler.Compiler;

namespace NetCompiler.Generator;

/// <summary>What a build asks for, by MSBuild properties and by what it references.</summary>
/// <param name="Compiler">What the compiler is asked for.</param>
/// <param name="IsDesignTime">True where an editor builds, which needs no kernels.</param>
internal sealed record GeneratorOptions(CompilerOptions Compiler, bool IsDesignTime)
{
    /// <summary>
    /// Reads NetCompilerVectorWidths (of 512, 256, 128, separated by ; , or |), NetCompilerDump, NetCompilerNativeExports, NetCompilerCuda
    /// and DesignTimeBuild. Widths that there is no code for are left out; where none is left, all are emitted.
    /// </summary>
    /// <remarks>
    /// In the file by which MSBuild hands properties over, a semicolon begins a comment: what is to arrive whole has another separator.
    /// </remarks>
    public static GeneratorOptions Read(AnalyzerConfigOptions options, (bool IsThere, bool HasAlgorithms) ilgpu)
    {
        var widths = Text(options, "NetCompilerVectorWidths")
            .Split([';', ',', '|'], StringSplitOptions.RemoveEmptyEntries)
            .Select(text => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var width) ? width : 0)
            .ToImmutableHashSet();
        var known = CompilerOptions.Default.VectorWidths;
        var chosen = known.Where(widths.Contains).ToImmutableArray();
        return new GeneratorOptions(
            new CompilerOptions(
                chosen.IsEmpty ? known : chosen, IsTrue(options, "NetCompilerDump"), ilgpu.IsThere, IsTrue(options, "NetCompilerNativeExports"),
                IsTrue(options, "NetCompilerCuda"), ilgpu.HasAlgorithms),
            IsTrue(options, "DesignTimeBuild"));
    }

    private static bool IsTrue(AnalyzerConfigOptions options, string property) =>
        string.Equals(Text(options, property), "true", StringComparison.OrdinalIgnoreCase);

    private static string Text(AnalyzerConfigOptions options, string property) =>
        options.TryGetValue("build_property." + property, out var value) ? value : "";
}
