namespace NetCompiler.Compiler.Kernels.Interpretation;

/// <summary>The variables of one running kernel, one array per representation; a variable's slot is the same in all.</summary>
internal sealed class Frame(string kernel, int slots, Thread thread)
{
    public string Kernel { get; } = kernel;

    public Thread Thread { get; } = thread;

    public long[] Integers { get; } = new long[slots];

    public float[] Singles { get; } = new float[slots];

    public int[][] IntegerVectors { get; } = new int[slots][];

    public float[][] SingleVectors { get; } = new float[slots][];

    public Pointer[] Pointers { get; } = new Pointer[slots];

    /// <summary>What runs at the moment, for messages.</summary>
    public Statement? Statement { get; set; }

    /// <summary>The product of matrices at which it waits for its warp.</summary>
    public WarpProduct? Product { get; set; }

    public KernelFaultException Fault(KernelFault fault, string detail) =>
        new(fault, Kernel, Statement is null ? "" : KernelText.FirstLine(Statement), Thread.Name, detail);
}
