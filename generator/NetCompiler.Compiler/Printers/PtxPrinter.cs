using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Printers;

/// <summary>Prints SIMT kernels as PTX, the assembly language that the driver of NVIDIA's GPUs compiles for the device at hand.</summary>
public static class PtxPrinter
{
    /// <summary>The module: of the ISA that came with the first devices which it is for, so that every later driver takes it.</summary>
    /// <param name="kernels">The kernels.</param>
    public static string Print(IEnumerable<Kernel> kernels)
    {
        var writer = new IndentedWriter();
        writer.Line(".version 6.0").Line(".target sm_70").Line(".address_size 64");
        foreach (var kernel in kernels)
        {
            writer.Line();
            new PtxKernelPrinter(kernel).Print(writer);
        }

        return writer.ToString();
    }

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
