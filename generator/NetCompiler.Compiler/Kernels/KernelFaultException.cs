namespace NetCompiler.Compiler.Kernels;

/// <summary>What a kernel did wrong.</summary>
public enum KernelFault
{
    /// <summary>The arguments do not fit the parameters.</summary>
    Argument,

    /// <summary>An element before or after the memory was touched.</summary>
    OutOfBounds,

    /// <summary>Memory was read that nothing had written.</summary>
    UndefinedRead,

    /// <summary>Memory was read or written that the parameter's access does not allow.</summary>
    Access,

    /// <summary>Two threads touched an element with no barrier between them, and one of them wrote it.</summary>
    Race,

    /// <summary>Some threads waited at a barrier that others did not come to.</summary>
    Divergence,

    /// <summary>An integer was divided by zero.</summary>
    DivisionByZero,

    /// <summary>A thread of a SIMT kernel read or wrote several elements at once that do not begin at a multiple of their number.</summary>
    Alignment,
}

/// <summary>A kernel that was interpreted did what no kernel may do.</summary>
public sealed class KernelFaultException : Exception
{
    /// <summary>A fault.</summary>
    /// <param name="fault">What kind it is.</param>
    /// <param name="kernel">The name of the kernel.</param>
    /// <param name="statement">The statement's text; empty where there is none.</param>
    /// <param name="thread">Which thread of a SIMT kernel; empty for CPU kernels.</param>
    /// <param name="detail">What happened.</param>
    public KernelFaultException(KernelFault fault, string kernel, string statement, string thread, string detail)
        : base($"Kernel {kernel}{Place(", ", thread, "")}{Place(", at '", statement, "'")}: {detail}")
    {
        Fault = fault;
        Kernel = kernel;
        Statement = statement;
        Thread = thread;
        Detail = detail;
    }

    /// <summary>What kind it is.</summary>
    public KernelFault Fault { get; }

    /// <summary>The name of the kernel.</summary>
    public string Kernel { get; }

    /// <summary>The statement's text.</summary>
    public string Statement { get; }

    /// <summary>Which thread of a SIMT kernel; empty for CPU kernels.</summary>
    public string Thread { get; }

    /// <summary>What happened, without the place.</summary>
    public string Detail { get; }

    private static string Place(string before, string place, string after) => place.Length == 0 ? "" : before + place + after;
}
