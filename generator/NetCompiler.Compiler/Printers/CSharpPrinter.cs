using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Prints CPU kernels as static unsafe C# methods over pointers, with vectors through the cross-platform API of
/// System.Runtime.Intrinsics. The file around the methods needs the <see cref="Usings"/>. Nothing is decided here: the text is the
/// kernel's.
/// </summary>
public sealed class CSharpPrinter
{
    private CSharpPrinter()
    {
    }

    /// <summary>The namespaces that printed methods use.</summary>
    public static IReadOnlyList<string> Usings { get; } =
    [
        "System",
        "System.Runtime.CompilerServices",
        "System.Runtime.Intrinsics",
    ];

    /// <summary>Prints a kernel as a method.</summary>
    /// <param name="kernel">A verified CPU kernel.</param>
    /// <param name="writer">Takes the method's text, inside a type.</param>
    /// <param name="modifiers">The method's modifiers. Kernels that the kernel calls are methods of the same type, but for <paramref name="elsewhere"/>.</param>
    /// <param name="describesParameters">False where the kernel that calls this one says what the parameters are.</param>
    /// <param name="elsewhere">Kernels that other types print, and what they are called there; null for none.</param>
    /// <exception cref="NotSupportedException">The kernel holds what only other targets have.</exception>
    public static void Print(
        Kernel kernel, IndentedWriter writer, string modifiers = "private static unsafe", bool describesParameters = true,
        IReadOnlyDictionary<Kernel, string>? elsewhere = null) =>
        new CSharpKernelPrinter(writer, elsewhere).Print(kernel, modifiers, describesParameters);

    /// <summary>Prints a kernel as a method.</summary>
    /// <param name="kernel">A verified CPU kernel.</param>
    /// <param name="modifiers">The method's modifiers.</param>
    /// <exception cref="NotSupportedException">The kernel holds what only other targets have.</exception>
    public static string Print(Kernel kernel, string modifiers = "private static unsafe")
    {
        var writer = new IndentedWriter();
        Print(kernel, writer, modifiers);
        return writer.ToString();
    }
}
