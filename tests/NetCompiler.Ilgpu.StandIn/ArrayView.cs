using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>A range of elements in the memory of an array, whatever that is of. Every access is checked.</summary>
public readonly struct ArrayView<T>
    where T : unmanaged
{
    private readonly Array _memory;
    private readonly long _firstByte;

    public ArrayView(T[] elements)
        : this(elements, 0, elements.Length)
    {
    }

    private ArrayView(Array memory, long firstByte, long length)
    {
        _memory = memory;
        _firstByte = firstByte;
        Length = length;
    }

    public long Length { get; }

    public int IntLength => checked((int)Length);

    public ref T this[int index] => ref this[(long)index];

    public ref T this[long index]
    {
        get
        {
            if (index < 0 || index >= Length)
                throw new IndexOutOfRangeException($"Element {index} of a view of {Length} elements of {typeof(T).Name}.");
            var first = (nint)(_firstByte + index * Unsafe.SizeOf<T>());
            return ref Unsafe.As<byte, T>(ref Unsafe.AddByteOffset(ref MemoryMarshal.GetArrayDataReference(_memory), first));
        }
    }

    public ref T this[Index1D index] => ref this[(long)index.X];

    public ArrayView<T> SubView(int index) => SubView((long)index, Length - index);

    public ArrayView<T> SubView(long index) => SubView(index, Length - index);

    public ArrayView<T> SubView(int index, int subViewLength) => SubView((long)index, (long)subViewLength);

    public ArrayView<T> SubView(long index, long subViewLength)
    {
        if (index < 0 || subViewLength < 0 || index + subViewLength > Length)
            throw new ArgumentOutOfRangeException(nameof(index), $"{subViewLength} elements from {index} on, of a view of {Length}.");
        return new ArrayView<T>(_memory, _firstByte + index * Unsafe.SizeOf<T>(), subViewLength);
    }

    public ArrayView<TOther> Cast<TOther>()
        where TOther : unmanaged
    {
        if (_firstByte % Unsafe.SizeOf<TOther>() != 0)
            throw new InvalidOperationException($"A view of {typeof(TOther).Name} at byte {_firstByte}.");
        return new ArrayView<TOther>(_memory, _firstByte, Length * Unsafe.SizeOf<T>() / Unsafe.SizeOf<TOther>());
    }
}
