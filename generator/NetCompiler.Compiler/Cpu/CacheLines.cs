using NetCompiler.Compiler.Kernels;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>What comes from memory together.</summary>
internal static class CacheLines
{
    /// <summary>Floats of a line.</summary>
    public const int Floats = 64 / sizeof(float);

    /// <summary>Asks for so many elements, a line at a time.</summary>
    /// <param name="builder">The kernel.</param>
    /// <param name="pointer">Where the elements lie.</param>
    /// <param name="index">The first of them.</param>
    /// <param name="count">How many.</param>
    public static void BringNear(this KernelBuilder builder, Expression pointer, Expression index, long count)
    {
        for (long offset = 0; offset < count; offset += Floats)
            builder.Add(new Prefetch(pointer, Index.Add(index, Constant.Index(offset))));
    }
}
