using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler;

/// <summary>What a build asks of the compiler.</summary>
/// <param name="VectorWidths">The CPU vector widths to emit code for, in bits, widest first: of 512, 256, 128.</param>
/// <param name="Dump">True to add files with the graphs, stages and kernels as text after each pass.</param>
/// <param name="Ilgpu">True to emit ILGPU kernels too.</param>
/// <param name="NativeExports">True to emit functions that a NativeAOT library exports to C, and their header.</param>
/// <param name="Cuda">True to emit kernels as PTX too, for NVIDIA's GPUs.</param>
/// <param name="IlgpuAlgorithms">True where ILGPU kernels may call functions of ILGPU.Algorithms.</param>
public sealed record CompilerOptions(
    ImmutableArray<int> VectorWidths, bool Dump = false, bool Ilgpu = false, bool NativeExports = false, bool Cuda = false,
    bool IlgpuAlgorithms = false)
{
    /// <summary>
    /// What PTX is emitted for besides the precision that each network declares: what factors may be rounded to, null for single precision.
    /// </summary>
    public ImmutableArray<MatrixFormat?> Precisions { get; init; } = [];

    /// <summary>All vector widths, nothing else.</summary>
    public static readonly CompilerOptions Default = new([512, 256, 128]);

    /// <inheritdoc/>
    public bool Equals(CompilerOptions? other) =>
        other is not null && VectorWidths.SequenceEqual(other.VectorWidths) && Precisions.SequenceEqual(other.Precisions)
        && (Dump, Ilgpu, NativeExports, Cuda, IlgpuAlgorithms)
            == (other.Dump, other.Ilgpu, other.NativeExports, other.Cuda, other.IlgpuAlgorithms);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        VectorWidths.Aggregate((Dump, Ilgpu, NativeExports, Cuda, IlgpuAlgorithms).GetHashCode(), (hash, width) => hash * 31 + width);
}

/// <summary>A source file that the compiler emits.</summary>
/// <param name="HintName">Its name, unique in a compilation: "Samples.DigitNet.Predict512.g.cs".</param>
/// <param name="Text">Its text.</param>
public sealed record GeneratedFile(string HintName, string Text);

/// <summary>What became of a declaration.</summary>
/// <param name="Diagnostics">Broken rules; where there are any, no kernels are emitted.</param>
/// <param name="Api">What the user's code sees: the other half of the partial class.</param>
/// <param name="Kernels">What only runs.</param>
public sealed record CompilationResult(
    ImmutableArray<NetworkDiagnostic> Diagnostics, ImmutableArray<GeneratedFile> Api, ImmutableArray<GeneratedFile> Kernels);
