namespace ILGPU;

/// <summary>A range of elements. Every access is checked.</summary>
public readonly struct ArrayView<T>
    where T : unmanaged
{
    private readonly T[] _elements;
    private readonly long _start;

    public ArrayView(T[] elements)
        : this(elements, 0, elements.Length)
    {
    }

    private ArrayView(T[] elements, long start, long length)
    {
        _elements = elements;
        _start = start;
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
            return ref _elements[_start + index];
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
        return new ArrayView<T>(_elements, _start + index, subViewLength);
    }
}
