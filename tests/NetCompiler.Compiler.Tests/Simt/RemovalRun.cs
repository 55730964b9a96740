using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Simt;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>
/// A run of a program in which each kernel is launched without its guards and barriers too, one at a time and on copies of the memory, until
/// the interpreter finds a fault or the memory is another one.
/// </summary>
internal sealed class RemovalRun(SimtProgram program, int batch, IReadOnlyDictionary<string, double[]> values)
    : SimtRun.Interpreted(program, batch, values)
{
    private readonly List<Removal> _open = [.. program.Kernels.SelectMany(Removal.All)];

    /// <summary>What nobody has missed so far.</summary>
    public IReadOnlyList<Removal> Unnoticed => _open;

    /// <summary>What a kernel can be launched without, with nobody to notice.</summary>
    public static List<Removal> Find(Kernel kernel, params KernelArgument[] arguments)
    {
        List<Removal> open = [.. Removal.All(kernel)];
        Launch(kernel, arguments, open);
        return open;
    }

    protected override void Launch(Kernel kernel, KernelArgument[] arguments) => Launch(kernel, arguments, _open);

    private static void Launch(Kernel kernel, KernelArgument[] arguments, List<Removal> open)
    {
        var before = Copy(arguments);
        KernelInterpreter.Run(kernel, arguments);
        open.RemoveAll(removal => removal.Kernel == kernel && IsNoticed(removal.Broken, Copy(before), arguments));
    }

    private static bool IsNoticed(Kernel broken, KernelArgument[] arguments, KernelArgument[] expected)
    {
        try
        {
            KernelInterpreter.Run(broken, arguments);
        }
        catch (KernelFaultException)
        {
            return true;
        }

        return arguments.Zip(expected).Any(pair => pair is ({ Memory: { } one }, { Memory: { } other })
            && !(one.Data.AsSpan().SequenceEqual(other.Data) && one.IsDefined.AsSpan().SequenceEqual(other.IsDefined)));
    }

    private static KernelArgument[] Copy(KernelArgument[] arguments)
    {
        // Two pointers to the same memory stay so.
        var copies = arguments.Select(a => a.Memory).OfType<KernelMemory>().Distinct().ToDictionary(m => m, memory =>
        {
            var copy = new KernelMemory(memory.Name, memory.Scalar, memory.Extent);
            memory.Data.CopyTo(copy.Data, 0);
            memory.IsDefined.CopyTo(copy.IsDefined, 0);
            return copy;
        });
        return [.. arguments.Select(a => a.Memory is { } memory ? copies[memory].At(a.Integer) : a)];
    }
}
