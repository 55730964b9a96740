namespace ILGPU.Runtime;

/// <summary>Memory of an accelerator, poisoned at first.</summary>
public sealed class MemoryBuffer1D<T, TStride>(Accelerator accelerator, T[] elements) : IDisposable
    where T : unmanaged
{
    private bool _isDisposed;

    public long Length => elements.Length;

    public ArrayView1D<T, TStride> View
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return new ArrayView1D<T, TStride>(new ArrayView<T>(elements));
        }
    }

    public void Dispose()
    {
        accelerator.LetGo(this);
        _isDisposed = true;
    }
}

/// <summary>A view of a buffer in one dimension.</summary>
public readonly struct ArrayView1D<T, TStride>(ArrayView<T> view)
    where T : unmanaged
{
    public ArrayView<T> BaseView { get; } = view;
}
