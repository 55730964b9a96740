using System.Collections.Immutable;

namespace NetCompiler.Compiler.Kernels;

/// <summary>What a kernel does with a buffer.</summary>
[Flags]
public enum BufferAccess
{
    /// <summary>Nothing; for parameters that are no pointers.</summary>
    None = 0,

    /// <summary>Reads it.</summary>
    Read = 1,

    /// <summary>Writes it.</summary>
    Write = 2,
}

/// <summary>A parameter of a kernel.</summary>
/// <param name="Variable">Its name and type.</param>
/// <param name="Access">For pointers, what the kernel does with the memory.</param>
/// <param name="Extent">For pointers, the number of elements that may be touched; null where it depends on other parameters.</param>
/// <param name="Range">
/// For integers, the smallest and largest value that callers pass (both included), for the verifier's bounds; null if unknown.
/// </param>
/// <param name="Description">What it holds, for the reader of the printed code: "images (N, 1, 28, 28)".</param>
/// <param name="Alignment">For pointers, the elements that the first one's place in memory is a multiple of.</param>
public sealed record KernelParameter(
    Variable Variable,
    BufferAccess Access = BufferAccess.None,
    long? Extent = null,
    (long Min, long Max)? Range = null,
    string Description = "",
    int Alignment = 1);

/// <summary>How many threads a SIMT kernel runs on; null for CPU kernels.</summary>
/// <param name="GroupSize">Threads per group (x, y, z), constants.</param>
/// <param name="GridSize">Groups (x, y, z), expressions over the kernel's integer parameters.</param>
public sealed record LaunchShape((int X, int Y, int Z) GroupSize, (Expression X, Expression Y, Expression Z) GridSize);

/// <summary>
/// A function over pointers and numbers: what implementations lower stages to and printers print. Kernels never know arenas,
/// only the pointers they are given.
/// </summary>
public sealed class Kernel
{
    private string? _key;

    /// <summary>A kernel.</summary>
    public Kernel(string name, ImmutableArray<KernelParameter> parameters, Block body, string summary, LaunchShape? launch = null)
    {
        Name = name;
        Parameters = parameters;
        Body = body;
        Summary = summary;
        Launch = launch;
    }

    /// <summary>Its name, an identifier.</summary>
    public string Name { get; }

    /// <summary>Its parameters.</summary>
    public ImmutableArray<KernelParameter> Parameters { get; }

    /// <summary>What it does.</summary>
    public Block Body { get; }

    /// <summary>What it computes, as mathematics with shapes: the comment above the printed function. May have several lines.</summary>
    public string Summary { get; }

    /// <summary>For SIMT kernels the launch, else null.</summary>
    public LaunchShape? Launch { get; }

    /// <summary>A text that two kernels share if and only if they do the same, whatever they are called.</summary>
    public string Key => _key ??= KernelText.Key(this);

    /// <summary>The same kernel with another body.</summary>
    public Kernel WithBody(Block body) => new(Name, Parameters, body, Summary, Launch);

    /// <summary>The same kernel under another name.</summary>
    public Kernel WithName(string name) => new(name, Parameters, Body, Summary, Launch) { _key = _key };

    /// <inheritdoc/>
    public override string ToString() => KernelText.Write(this);
}
