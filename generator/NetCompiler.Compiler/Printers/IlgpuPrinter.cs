using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Prints SIMT kernels as static C# methods for ILGPU 1.5, to be launched with an explicit group size. Loops marked unrolled are written
/// out, as ILGPU unrolls none; a fused multiply-add is written as a product and a sum, as ILGPU knows no other.
/// </summary>
public sealed class IlgpuPrinter
{
    private IlgpuPrinter()
    {
    }

    /// <summary>What four numbers are called that are read at once.</summary>
    public const string VectorName = "IlgpuFloat4";

    /// <summary>The type of four numbers that are read at once, which compilations with printed methods have once, wherever these see it.</summary>
    public const string VectorType = $$"""
        /// <summary>Four numbers that are read at once.</summary>
        [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 16)]
        internal struct {{VectorName}}
        {
        	public float X;
        	public float Y;
        	public float Z;
        	public float W;
        }
        """;

    /// <summary>
    /// What files with printed methods use: namespaces, and where exponentials, logarithms and hyperbolic tangents come from. Those of MathF run
    /// on ILGPU's CPU accelerator, and on CUDA's with libdevice; those of ILGPU.Algorithms on every one.
    /// </summary>
    /// <param name="hasAlgorithms">True where the compilation references ILGPU.Algorithms.</param>
    public static IReadOnlyList<string> Usings(bool hasAlgorithms) =>
        ["System", "ILGPU", "XMath = " + (hasAlgorithms ? "global::ILGPU.Algorithms.XMath" : "System.MathF")];

    /// <summary>Prints a kernel as a method.</summary>
    /// <param name="kernel">A verified SIMT kernel.</param>
    /// <param name="writer">Takes the method's text, inside a type.</param>
    /// <param name="modifiers">The method's modifiers. Kernels that the kernel calls are taken to be methods of the same type.</param>
    /// <exception cref="NotSupportedException">The kernel holds what ILGPU cannot express: arithmetic with vectors, barriers of the grid.</exception>
    public static void Print(Kernel kernel, IndentedWriter writer, string modifiers = "internal static") =>
        new IlgpuKernelPrinter(writer).Print(kernel, modifiers);

    /// <summary>Prints a kernel as a method.</summary>
    /// <param name="kernel">A verified SIMT kernel.</param>
    /// <param name="modifiers">The method's modifiers.</param>
    /// <exception cref="NotSupportedException">The kernel holds what ILGPU cannot express: arithmetic with vectors, barriers of the grid.</exception>
    public static string Print(Kernel kernel, string modifiers = "internal static")
    {
        var writer = new IndentedWriter();
        Print(kernel, writer, modifiers);
        return writer.ToString();
    }
}
