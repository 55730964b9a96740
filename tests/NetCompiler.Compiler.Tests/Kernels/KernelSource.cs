using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Tests.Ilgpu;
using NetCompiler.Compiler.Tests.Support;

namespace NetCompiler.Compiler.Tests.Kernels;

/// <summary>Printed kernels as a compiled class "Kernels".</summary>
internal static class KernelSource
{
    /// <summary>CPU kernels.</summary>
    public static CompiledSource Compile(params Kernel[] kernels) =>
        CompiledSource.Compile(File(CSharpPrinter.Usings, kernels.Select(k => CSharpPrinter.Print(k, "public static unsafe"))));

    /// <summary>SIMT kernels, against the ILGPU stand-in and, where there is one, that of ILGPU.Algorithms.</summary>
    public static CompiledSource CompileIlgpu(params Kernel[] kernels) => CompileIlgpu(TestAccelerator.HasAlgorithms, kernels);

    /// <summary>SIMT kernels, against the ILGPU stand-in, with or without that of ILGPU.Algorithms.</summary>
    public static CompiledSource CompileIlgpu(bool hasAlgorithms, params Kernel[] kernels) =>
        CompiledSource.Compile(File(IlgpuPrinter.Usings(hasAlgorithms), kernels.Select(k => TestAccelerator.Prepare(IlgpuPrinter.Print(k, "public static"))))
            + IlgpuPrinter.VectorType);

    private static string File(IEnumerable<string> usings, IEnumerable<string> methods) =>
        $"{string.Concat(usings.Select(u => $"using {u};\n"))}\npublic static class Kernels\n{{\n{string.Join("\n", methods)}}}\n";
}
