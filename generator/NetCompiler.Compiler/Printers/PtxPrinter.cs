using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Printers;

/// <summary>Prints SIMT kernels as PTX, the assembly language that the driver of NVIDIA's GPUs compiles for the device at hand.</summary>
public static class PtxPrinter
{
    /// <summary>The module: for all devices, or, where kernels use what only those of compute capability 8.0 and up can, for these.</summary>
    /// <param name="kernels">The kernels.</param>
    public static string Print(IEnumerable<Kernel> kernels)
    {
        var list = kernels.ToList();
        return Header(list.Any(NeedsSm80)) + Functions(list);
    }

    /// <summary>
    /// What a module begins with. It is of the ISA that came with the first devices which it is for, so that every later driver takes it.
    /// </summary>
    public static string Header(bool isSm80) =>
        (isSm80 ? ".version 7.0\n.target sm_80\n" : ".version 6.0\n.target sm_70\n") + ".address_size 64\n";

    /// <summary>The kernels as functions of a module, an empty line before each.</summary>
    public static string Functions(IEnumerable<Kernel> kernels)
    {
        var writer = new IndentedWriter();
        foreach (var kernel in kernels)
        {
            writer.Line();
            new PtxKernelPrinter(kernel).Print(writer);
        }

        return writer.ToString();
    }

    private static bool NeedsSm80(Kernel kernel) => KernelWalk.All(kernel.Body).Any(s => s is MatrixMultiplyAdd or AsyncCopy or CommitCopies or WaitForCopies);

    /// <summary>A remark in the characters that PTX has.</summary>
    internal static string Remark(string text) => string.Concat(text.Select(c => c switch
    {
        '→' => "->",
        '←' => "<-",
        '√' => "sqrt",
        'η' => "eta",
        'λ' => "lambda",
        'μ' => "mu",
        'α' => "alpha",
        'β' => "beta",
        'ε' => "epsilon",
        '₁' => "1",
        '₂' => "2",
        '²' => "^2",
        '·' => "*",
        '×' => "x",
        'Σ' => "sum",
        '−' => "-",
        '≤' => "<=",
        '…' => "...",
        > (char)127 => "?",
        _ => c.ToString(),
    }));

    /// <summary>What a kernel's function is called: PTX has letters of the Latin alphabet only.</summary>
    public static string EntryName(Kernel kernel) => Ascii(kernel.Name);

    /// <summary>A name in PTX's letters. Names of kernels have no underscore of their own before a "u".</summary>
    internal static string Ascii(string name)
    {
        if (name.All(c => c < 128))
            return name;
        return string.Concat(name.Select(c => c < 128 ? c.ToString() : FormattableString.Invariant($"_u{(int)c:x4}")));
    }
}
