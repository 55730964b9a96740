namespace NetCompiler.Compiler.Tests.Simt.Ptx;

/// <summary>The memory of a launch: buffers side by side with gaps between them, and the shared memory of the running group.</summary>
internal sealed class PtxMemory
{
    /// <summary>Where shared memory begins.</summary>
    public const int SharedBase = 0x1000;

    private const long GlobalBase = 1L << 32;
    private const long Gap = 1L << 32;

    private readonly List<(byte[]? Data, bool[]? IsDefined)> _buffers = [];
    private byte[] _shared = [];
    private bool[] _isDefined = [];

    /// <summary>Takes in a buffer.</summary>
    /// <returns>Its address.</returns>
    public long Add(byte[] data)
    {
        _buffers.Add((data, null));
        return GlobalBase + (_buffers.Count - 1) * Gap;
    }

    /// <summary>Takes a buffer away: what is read there from now on is an error.</summary>
    /// <returns>False where none begins at the address.</returns>
    public bool Remove(long address)
    {
        var buffer = (address - GlobalBase) / Gap;
        if (address < GlobalBase || (address - GlobalBase) % Gap != 0 || buffer >= _buffers.Count || _buffers[(int)buffer].Data is null)
            return false;
        _buffers[(int)buffer] = default;
        return true;
    }

    /// <summary>What lies at an address.</summary>
    public Span<byte> Bytes(long address, long bytes)
    {
        var buffer = (address - GlobalBase) / Gap;
        PtxException.Require(address >= GlobalBase && buffer < _buffers.Count && _buffers[(int)buffer].Data is not null, "a buffer", "a copy");
        return _buffers[(int)buffer].Data.AsSpan(checked((int)(address - GlobalBase - buffer * Gap)), checked((int)bytes));
    }

    /// <summary>Shared memory for a group, in which nothing is defined.</summary>
    public void NewGroup(int bytes) => (_shared, _isDefined) = (new byte[bytes], new bool[bytes]);

    /// <summary>Reads a number.</summary>
    public long Load(long address, int size, bool isSigned, PtxInstruction instruction, bool? isShared = null)
    {
        var (data, position, defined) = At(address, size, instruction, isShared ?? instruction.IsShared);
        long value = 0;
        for (var i = size - 1; i >= 0; i--)
        {
            PtxException.Require(defined is null || defined[position + i], "memory that was written", instruction.ToString());
            value = value << 8 | data[position + i];
        }

        return size == 4 ? (int)value : isSigned ? (sbyte)value : value;
    }

    /// <summary>Writes a number.</summary>
    public void Store(long address, int size, long value, PtxInstruction instruction)
    {
        var (data, position, defined) = At(address, size, instruction, instruction.IsShared);
        for (var i = 0; i < size; i++)
        {
            data[position + i] = (byte)(value >> (8 * i));
            if (defined is not null)
                defined[position + i] = true;
        }
    }

    /// <summary>Makes a number of shared memory one that nothing has written.</summary>
    public void Undefine(long address, PtxInstruction instruction)
    {
        var (_, position, defined) = At(address, 4, instruction, isShared: true);
        Array.Clear(defined!, position, 4);
    }

    private (byte[] Data, int Position, bool[]? IsDefined) At(long address, int size, PtxInstruction instruction, bool isShared)
    {
        PtxException.Require(address % size == 0, "an aligned address", instruction.ToString());
        if (isShared)
        {
            PtxException.Require(address >= SharedBase && address + size <= SharedBase + _shared.Length, "shared memory", instruction.ToString());
            return (_shared, (int)address - SharedBase, _isDefined);
        }

        var buffer = (address - GlobalBase + Gap / 2) / Gap;
        PtxException.Require(address >= GlobalBase - Gap / 2 && buffer < _buffers.Count, "a buffer", instruction.ToString());
        var (data, defined) = _buffers[(int)buffer];
        if (data is null)
            throw new PtxException($"Expected memory that has not been freed: {instruction}");
        var position = address - GlobalBase - buffer * Gap;
        PtxException.Require(position >= 0 && position + size <= data.Length, "a place inside of the buffer", instruction.ToString());
        return (data, (int)position, defined);
    }
}
