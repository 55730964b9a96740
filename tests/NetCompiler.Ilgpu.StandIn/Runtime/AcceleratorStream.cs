namespace ILGPU.Runtime;

/// <summary>A stream; all is done when it is asked for.</summary>
public sealed class AcceleratorStream(Accelerator accelerator) : IDisposable
{
    public void Synchronize()
    {
        // Nothing is left to do.
    }

    public void Dispose() => accelerator.LetGo(this);
}
