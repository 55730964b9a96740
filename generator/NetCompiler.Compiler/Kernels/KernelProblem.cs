namespace NetCompiler.Compiler.Kernels;

/// <summary>Something that is wrong with a kernel.</summary>
/// <param name="Kernel">The kernel's name.</param>
/// <param name="Statement">The first line of the statement's text; empty for the parameters.</param>
/// <param name="Message">What is wrong.</param>
public sealed record KernelProblem(string Kernel, string Statement, string Message)
{
    /// <inheritdoc/>
    public override string ToString() =>
        Statement.Length == 0 ? $"Kernel {Kernel}: {Message}" : $"Kernel {Kernel}, at '{Statement}': {Message}";
}
