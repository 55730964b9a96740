namespace NetCompiler.Compiler.Kernels;

/// <summary>A buffer for interpreted kernels, which knows which of its elements were ever written.</summary>
public sealed class KernelMemory
{
    // A signalling NaN, and an unlikely integer.
    private const uint Poison = 0x7FA0CDCD;

    /// <summary>A buffer of which nothing is defined.</summary>
    /// <param name="name">Its name in messages.</param>
    /// <param name="scalar">The type of its elements.</param>
    /// <param name="extent">The number of its elements.</param>
    public KernelMemory(string name, ScalarKind scalar, long extent)
    {
        Name = name;
        Scalar = scalar;
        Extent = extent;
        Data = new byte[checked(extent * KernelType.SizeOf(scalar))];
        IsDefined = new bool[Data.Length];
        for (var i = 0; i < Data.Length; i++)
            Data[i] = (byte)(Poison >> (8 * (i & 3)));
    }

    /// <summary>Its name in messages.</summary>
    public string Name { get; }

    /// <summary>The type of its elements.</summary>
    public ScalarKind Scalar { get; }

    /// <summary>The number of its elements.</summary>
    public long Extent { get; }

    internal byte[] Data { get; }

    internal bool[] IsDefined { get; }

    internal AccessRecord[]? Accesses { get; set; }

    /// <summary>A buffer with a copy of the values.</summary>
    public static KernelMemory Of(string name, float[] values)
    {
        var memory = new KernelMemory(name, ScalarKind.F32, values.Length);
        Buffer.BlockCopy(values, 0, memory.Data, 0, memory.Data.Length);
        memory.Define();
        return memory;
    }

    /// <summary>A buffer with a copy of the values.</summary>
    public static KernelMemory Of(string name, int[] values)
    {
        var memory = new KernelMemory(name, ScalarKind.I32, values.Length);
        Buffer.BlockCopy(values, 0, memory.Data, 0, memory.Data.Length);
        memory.Define();
        return memory;
    }

    /// <summary>A buffer with a copy of the values.</summary>
    public static KernelMemory Of(string name, byte[] values)
    {
        var memory = new KernelMemory(name, ScalarKind.U8, values.Length);
        Buffer.BlockCopy(values, 0, memory.Data, 0, memory.Data.Length);
        memory.Define();
        return memory;
    }

    /// <summary>A copy of the elements as single-precision numbers.</summary>
    public float[] ToSingles()
    {
        var values = new float[Data.Length / sizeof(float)];
        Buffer.BlockCopy(Data, 0, values, 0, values.Length * sizeof(float));
        return values;
    }

    /// <summary>A copy of the elements as integers.</summary>
    public int[] ToIntegers()
    {
        var values = new int[Data.Length / sizeof(int)];
        Buffer.BlockCopy(Data, 0, values, 0, values.Length * sizeof(int));
        return values;
    }

    /// <summary>A copy of the bytes.</summary>
    public byte[] ToBytes() => (byte[])Data.Clone();

    /// <summary>True where an element was written.</summary>
    /// <param name="index">0 to <see cref="Extent"/> − 1.</param>
    public bool IsWritten(long index) => IsDefined[index * KernelType.SizeOf(Scalar)];

    /// <summary>The same memory, seen from an element on: a pointer into it.</summary>
    /// <param name="offset">In elements.</param>
    public KernelArgument At(long offset) => new(this, offset);

    private void Define()
    {
        for (var i = 0; i < IsDefined.Length; i++)
            IsDefined[i] = true;
    }

    /// <summary>Who touched an element last, and when: an interval between two barriers has a number of its own.</summary>
    internal struct AccessRecord
    {
        public int WriteInterval;
        public int WriteThread;
        public int WriteGroup;
        public int WriteGridInterval;
        public int ReadInterval;
        public int ReadThread;
        public int ReadGroup;
        public int ReadGridInterval;
    }
}
